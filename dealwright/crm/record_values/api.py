"""The routes of the custom values of one opportunity or case."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.record_values import actions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

VALUES = "{entityType:(opportunity|case)}/{entityid:id}/customfield"


class EntityType(IntEnum):
    OPPORTUNITY = 1
    CASE = 7


class EntityPath(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: EntityType
    entity_id: Id

    @property
    def owner(self) -> FieldOwner:
        return FieldOwner(self.entity_type)


class ValueBody(EntityPath, kw_only=True, frozen=True):
    """An empty value clears the field."""

    field_id: Id
    field_value: Annotated[str, Length(65_000)] | None = None


@route.get(VALUES)
async def every(work: Work, params: EntityPath, paging: Paging) -> Listing[CustomFieldBase]:
    """Lists the custom values of an opportunity or a case, with the headings between them."""
    return arrange(await actions.listed(work, params.owner, params.entity_id), paging)


@route.post(VALUES + "/{fieldid:id}")
async def put(work: Work, params: ValueBody) -> CustomFieldBase:
    """Sets a custom field of an opportunity or a case."""
    return await actions.put(
        work, params.owner, params.entity_id, field_id=params.field_id, value=params.field_value
    )

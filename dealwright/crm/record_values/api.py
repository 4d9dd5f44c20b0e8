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


class Kind(IntEnum):
    OPPORTUNITY = 1
    CASE = 7


class One(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: Kind
    entity_id: Id

    @property
    def owner(self) -> FieldOwner:
        return FieldOwner(self.entity_type)


class Given(One, kw_only=True, frozen=True):
    """An empty value clears the field."""

    field_id: Id
    field_value: Annotated[str, Length(65_000)] | None = None


@route.get(VALUES)
async def every(work: Work, asked: One, paging: Paging) -> Listing[CustomFieldBase]:
    """Lists the custom values of an opportunity or a case, with the headings between them."""
    return arrange(await actions.listed(work, asked.owner, asked.entity_id), paging)


@route.post(VALUES + "/{fieldid:id}")
async def put(work: Work, asked: Given) -> CustomFieldBase:
    """Gives a custom field of an opportunity or a case a value."""
    return await actions.put(
        work, asked.owner, asked.entity_id, field_id=asked.field_id, value=asked.field_value
    )

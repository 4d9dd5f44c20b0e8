"""The routes of the custom values of one contact, opportunity or case."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.custom_values import actions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

VALUES = "{entityType:(contact|person|company|opportunity|case)}/{entityid:id}/customfield"


class EntityPath(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: FieldOwner
    entity_id: Id


class ValueBody(EntityPath, kw_only=True, frozen=True):
    """An empty value clears the field."""

    field_id: Id
    field_value: Annotated[str, Length(65_000)] | None = None


@route.get(VALUES)
async def every(work: Work, params: EntityPath, paging: Paging) -> Listing[CustomFieldBase]:
    """Lists the custom values of a record, with the headings between them.

    The record is a contact, an opportunity or a case."""
    return arrange(await actions.read(work, params.entity_type, params.entity_id), paging)


@route.post(VALUES + "/{fieldid:id}")
async def put(work: Work, params: ValueBody) -> CustomFieldBase:
    """Sets a custom field of a contact, an opportunity or a case."""
    return await actions.put(
        work,
        params.entity_type,
        params.entity_id,
        field_id=params.field_id,
        value=params.field_value,
    )

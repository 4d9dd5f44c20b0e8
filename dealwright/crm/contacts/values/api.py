"""The routes of the custom values of contacts."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts.values import actions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

VALUES = "{entityType:(contact|person|company)}/{entityid:id}/customfield"


class ContactType(IntEnum):
    CONTACT = 0
    COMPANY = 4
    PERSON = 5


class EntityPath(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: ContactType
    entity_id: Id

    @property
    def owner(self) -> FieldOwner:
        return FieldOwner(self.entity_type)


class Value(EntityPath, kw_only=True, frozen=True):
    field_id: Id
    field_value: Annotated[str, Length(65_000)] | None = None


@route.get(VALUES)
async def listed(work: Work, params: EntityPath, paging: Paging) -> Listing[CustomFieldBase]:
    """Lists the custom values of a contact, and the headings between them."""
    return arrange(await actions.listed(work, params.owner, params.entity_id), paging)


@route.post(VALUES + "/{fieldid:id}")
async def set_value(work: Work, params: Value) -> CustomFieldBase:
    """Sets a custom value of a contact; an empty one clears it."""
    return await actions.set_value(
        work, params.owner, params.entity_id, params.field_id, params.field_value
    )

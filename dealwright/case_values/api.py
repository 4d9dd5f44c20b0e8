"""The routes of the custom values of one case."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.case_values import actions
from dealwright.cases import lists
from dealwright.custom_fields.shapes import CustomFieldBase
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class One(msgspec.Struct, kw_only=True, frozen=True):
    entity_id: Id


class Given(One, kw_only=True, frozen=True):
    """An empty value clears the field."""

    field_id: Id
    field_value: Annotated[str, Length(65_000)] | None = None


@route.get("case/{entityid:id}/customfield")
async def every(work: Work, asked: One, paging: Paging) -> Listing[CustomFieldBase]:
    """Lists the custom values of a case, with the headings between them."""
    shown = await lists.view(work, asked.entity_id)
    return arrange(shown.value.custom_fields, paging)


@route.post("case/{entityid:id}/customfield/{fieldid:id}")
async def put(work: Work, asked: Given) -> CustomFieldBase:
    """Gives a custom field of a case a value."""
    return await actions.put(
        work, asked.entity_id, field_id=asked.field_id, value=asked.field_value
    )

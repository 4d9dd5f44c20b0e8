"""The custom values of one opportunity or case: what they are, and setting one.

Those of contacts stand apart: persons and companies have different fields.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from dealwright.crm.access_changes import Stored
from dealwright.crm.cases import reads as cases
from dealwright.crm.cases import repository as stored_cases
from dealwright.crm.opportunities import reads as opportunities
from dealwright.crm.opportunities import repository as stored_opportunities
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.wire.envelope import Answer
from dealwright.work import Work


class Lists(Protocol):
    """What a slice's `lists` offers."""

    async def view(self, work: Work, record_id: int, /) -> Answer[Any]:
        """One record. Raises NotFound."""


class _Entity(NamedTuple):
    lists: Lists
    stored: Stored


_ENTITIES: Mapping[FieldOwner, _Entity] = {
    FieldOwner.OPPORTUNITY: _Entity(opportunities, stored_opportunities),
    FieldOwner.CASE: _Entity(cases, stored_cases),
}


async def listed(work: Work, owner: FieldOwner, record_id: int) -> list[CustomFieldBase]:
    """The values, and the headings between them. Raises NotFound."""
    found: list[CustomFieldBase]
    found = (await _ENTITIES[owner].lists.view(work, record_id)).value.custom_fields
    return found


async def put(
    work: Work, owner: FieldOwner, record_id: int, *, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets a value, or clears it when it is blank. Raises Invalid, NotFound, Stale."""
    stored = _ENTITIES[owner].stored
    before = (await stored.load(work, record_id)).before
    return await custom_fields.fill(
        work, stored, before, owner=owner, field_id=field_id, value=value
    )

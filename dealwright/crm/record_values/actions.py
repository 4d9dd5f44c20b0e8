"""Reads and sets the custom values of one opportunity or case.

The values of contacts are apart: persons and companies have different fields.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from dealwright.crm.access_changes import Repository
from dealwright.crm.cases import reads as cases
from dealwright.crm.cases import repository as case_repository
from dealwright.crm.opportunities import reads as opportunities
from dealwright.crm.opportunities import repository as opportunity_repository
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.wire.envelope import Answer
from dealwright.work import Work


class Reads(Protocol):
    """What the `reads` module of a slice offers."""

    async def view(self, work: Work, record_id: int, /) -> Answer[Any]:
        """One record. Raises NotFound."""


class _Entity(NamedTuple):
    reads: Reads
    repository: Repository


_ENTITIES: Mapping[FieldOwner, _Entity] = {
    FieldOwner.OPPORTUNITY: _Entity(opportunities, opportunity_repository),
    FieldOwner.CASE: _Entity(cases, case_repository),
}


async def listed(work: Work, owner: FieldOwner, record_id: int) -> list[CustomFieldBase]:
    """The values, with the headings between them. Raises NotFound."""
    values: list[CustomFieldBase]
    values = (await _ENTITIES[owner].reads.view(work, record_id)).value.custom_fields
    return values


async def put(
    work: Work, owner: FieldOwner, record_id: int, *, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets a value; a blank one clears it. Raises Invalid, NotFound, Stale."""
    repository = _ENTITIES[owner].repository
    before = (await repository.load(work, record_id)).before
    return await custom_fields.fill(
        work, repository, before, owner=owner, field_id=field_id, value=value
    )

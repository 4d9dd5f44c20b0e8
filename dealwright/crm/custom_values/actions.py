"""Reads and sets the custom values of one contact, opportunity or case."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from dealwright.crm.access_changes import Repository
from dealwright.crm.cases import reads as cases
from dealwright.crm.cases import repository as case_repository
from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts import repository as contact_repository
from dealwright.crm.opportunities import reads as opportunities
from dealwright.crm.opportunities import repository as opportunity_repository
from dealwright.errors import NotFound
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.custom_fields.queries import definitions
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
# Whether a path names a company or a person; None: either.
_IS_COMPANY = {FieldOwner.CONTACT: None, FieldOwner.COMPANY: True, FieldOwner.PERSON: False}


async def read(work: Work, owner: FieldOwner, record_id: int) -> list[CustomFieldBase]:
    """The values of a record, with the headings between them. Raises NotFound.

    # differs: the reference does not check whether the caller may see a contact.
    """
    if owner in _ENTITIES:
        values: list[CustomFieldBase]
        values = (await _ENTITIES[owner].reads.view(work, record_id)).value.custom_fields
        return values
    contact = (await contacts.view(work, record_id, parameter="entityid")).value
    if _IS_COMPANY[owner] not in (None, contact.is_company):
        raise NotFound
    fields = await work.cached(definitions)
    own = frozenset(each.id for each in fields.values() if each.entity_type in owner.has)
    return [each for each in contact.custom_fields or () if each.id in own]


async def put(
    work: Work, owner: FieldOwner, record_id: int, *, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets a value; a blank one clears it. Raises Invalid, NotFound, Forbidden, Stale."""
    repository: Any
    if owner in _ENTITIES:
        repository = _ENTITIES[owner].repository
        before = (await repository.load(work, record_id)).before
    else:
        repository = contact_repository
        before = (
            await contact_repository.load_to_edit(
                work, record_id, parameter="entityid", is_company=_IS_COMPANY[owner]
            )
        ).before
        owner = FieldOwner.COMPANY if before.is_company else FieldOwner.PERSON
    return await custom_fields.fill(
        work, repository, before, owner=owner, field_id=field_id, value=value
    )

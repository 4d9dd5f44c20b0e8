"""Adds a contact to the participants of a record, and removes it. Knows no entity by name: a slice
passes its repository."""

from dataclasses import replace
from typing import Any

from dealwright.crm.access_changes import Repository
from dealwright.crm.contacts.reads import visible_among
from dealwright.errors import Invalid, NotFound, NotNow
from dealwright.records.sharing import next_version
from dealwright.work import Work


async def link(work: Work, repository: Repository, record_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound when the actor may not see the record or the
    contact."""
    before = await _before(work, repository, record_id, contact_id)
    if contact_id not in before.members:
        after = replace(before, members=before.members | {contact_id})
        await repository.save(work, before, next_version(after, before), "linked")


async def unlink(
    work: Work,
    repository: Repository,
    record_id: int,
    contact_id: int,
    *,
    keep_primary: bool = False,
) -> None:
    """Removes a contact from the members; a primary contact stays the primary contact.

    With `keep_primary` the primary contact cannot be removed: the contact's side of the reference
    refuses it. Raises NotFound, NotNow.
    """
    before = await _before(work, repository, record_id, contact_id)
    if keep_primary and before.contact_id == contact_id:
        raise NotNow("Can't unlink base contact")
    if contact_id in before.members:
        after = replace(before, members=before.members - {contact_id})
        await repository.save(work, before, next_version(after, before), "unlinked")


async def _before(work: Work, repository: Repository, record_id: int, contact_id: int) -> Any:
    if contact_id <= 0:
        raise Invalid("contactid", "must be the id of a contact")
    before = (await repository.load(work, record_id)).before
    if not await visible_among(work, [contact_id]):
        raise NotFound
    return before

"""Making a contact take part in a record, and ending it. Knows no entity by name: a slice gives its
way in and out of its tables.
"""

from dataclasses import replace
from typing import Any

from dealwright.crm.access_changes import Stored
from dealwright.crm.contacts.reads import visible_among
from dealwright.errors import Invalid, NotFound, NotNow
from dealwright.records.sharing import next_version
from dealwright.work import Work


async def link(work: Work, stored: Stored, record_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound for either that the actor does not see."""
    before = await _before(work, stored, record_id, contact_id)
    if contact_id not in before.members:
        after = replace(before, members=before.members | {contact_id})
        await stored.save(work, before, next_version(after, before), "linked")


async def unlink(
    work: Work, stored: Stored, record_id: int, contact_id: int, *, keep_primary: bool = False
) -> None:
    """Takes a contact from the members; a primary contact stays primary.

    `keep_primary` refuses for the primary contact, as the contact's side of the reference does.
    Raises NotFound, NotNow."""
    before = await _before(work, stored, record_id, contact_id)
    if keep_primary and before.contact_id == contact_id:
        raise NotNow("Can't unlink base contact")
    if contact_id in before.members:
        after = replace(before, members=before.members - {contact_id})
        await stored.save(work, before, next_version(after, before), "unlinked")


async def _before(work: Work, stored: Stored, record_id: int, contact_id: int) -> Any:
    if contact_id <= 0:
        raise Invalid("contactid", "must be the id of a contact")
    before = (await stored.load(work, record_id)).before
    if not await visible_among(work, [contact_id]):
        raise NotFound
    return before

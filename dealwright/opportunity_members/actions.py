"""Making a contact a participant of an opportunity, and ending it."""

from dataclasses import replace

from dealwright.contacts import queries as contacts
from dealwright.errors import Invalid, NotFound, NotNow
from dealwright.opportunities import rules, stored
from dealwright.work import Work


async def link(work: Work, opportunity_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound for either that the actor does not see."""
    _demand_ids(opportunity_id, contact_id)
    await _demand_contact(work, contact_id)
    before = (await stored.load(work, opportunity_id)).before
    if contact_id not in before.members:
        after = replace(before, members=before.members | {contact_id})
        await stored.save(work, before, rules.next_version(after, before), "linked")


async def unlink(work: Work, opportunity_id: int, contact_id: int, *, keep_primary: bool) -> None:
    """Takes a contact from the members; the primary contact stays primary.

    `keep_primary` refuses for the primary contact, as the contact's side of the reference does.
    Raises NotFound, NotNow."""
    _demand_ids(opportunity_id, contact_id)
    await _demand_contact(work, contact_id)
    before = (await stored.load(work, opportunity_id)).before
    if keep_primary and before.contact_id == contact_id:
        raise NotNow("Can't unlink base contact")
    if contact_id in before.members:
        after = replace(before, members=before.members - {contact_id})
        await stored.save(work, before, rules.next_version(after, before), "unlinked")


def _demand_ids(opportunity_id: int, contact_id: int) -> None:
    if opportunity_id <= 0:
        raise Invalid("opportunityid", "must be the id of an opportunity")
    if contact_id <= 0:
        raise Invalid("contactid", "must be the id of a contact")


async def _demand_contact(work: Work, contact_id: int) -> None:
    if not await work.fetch(
        contacts.visible(work.actor.is_admin), actor=work.actor.id, ids=[contact_id]
    ):
        raise NotFound

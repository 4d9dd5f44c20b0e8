"""Reads who takes part in an opportunity."""

import msgspec

from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.shapes import Contact
from dealwright.crm.opportunities import repository
from dealwright.work import Work


async def members(work: Work, opportunity_id: int) -> list[Contact]:
    """The participants that the actor sees. Raises NotFound when they may not see the
    opportunity."""
    before = (await repository.load(work, opportunity_id)).before
    shown = await contacts.show(work, sorted(before.members))
    # quirk: `canEdit` tells the contact's page that it cannot unlink the primary contact.
    return [
        msgspec.structs.replace(each, can_edit=False) if each.id == before.contact_id else each
        for each in shown
    ]

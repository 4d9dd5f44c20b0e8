"""Reads who takes part in a case, adds a contact to the participants, and removes it."""

from dealwright.crm import participants
from dealwright.crm.cases import repository
from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.shapes import Contact
from dealwright.work import Work


async def members(work: Work, case_id: int) -> list[Contact]:
    """The participants that the actor sees. Raises NotFound when they may not see the case.

    # differs: the reference does not check the case.
    """
    before = (await repository.load(work, case_id)).before
    return await contacts.show(work, sorted(before.members))


async def link(work: Work, case_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound when the actor may not see the case or the
    contact."""
    await participants.link(work, repository, case_id, contact_id)


async def unlink(work: Work, case_id: int, contact_id: int) -> None:
    """Removes a contact from the members. Raises NotFound when the actor may not see the case or
    the contact."""
    await participants.unlink(work, repository, case_id, contact_id)

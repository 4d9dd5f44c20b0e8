"""Showing who takes part in a case, making a contact take part, and ending it."""

from dealwright.crm import participants
from dealwright.crm.cases import repository
from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.shapes import Contact
from dealwright.work import Work


async def members(work: Work, case_id: int) -> list[Contact]:
    """The participants that the actor sees. Raises NotFound for a case that he does not.

    # differs: the reference does not look at the case.
    """
    before = (await repository.load(work, case_id)).before
    return await contacts.show(work, sorted(before.members))


async def link(work: Work, case_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound for either that the actor does not see."""
    await participants.link(work, repository, case_id, contact_id)


async def unlink(work: Work, case_id: int, contact_id: int) -> None:
    """Takes a contact from the members. Raises NotFound for either that the actor does not see."""
    await participants.unlink(work, repository, case_id, contact_id)

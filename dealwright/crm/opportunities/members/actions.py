"""Making a contact a participant of an opportunity, and ending it."""

from dealwright.crm import participants
from dealwright.crm.opportunities import repository
from dealwright.work import Work


async def link(work: Work, opportunity_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound for either that the actor does not see."""
    await participants.link(work, repository, opportunity_id, contact_id)


async def unlink(work: Work, opportunity_id: int, contact_id: int, *, keep_primary: bool) -> None:
    """Takes a contact from the members; `keep_primary` refuses for the primary contact. Raises
    NotFound, NotNow."""
    await participants.unlink(
        work, repository, opportunity_id, contact_id, keep_primary=keep_primary
    )

"""Adds a contact to the participants of an opportunity, and removes it."""

from dealwright.crm import participants
from dealwright.crm.opportunities import repository
from dealwright.work import Work


async def link(work: Work, opportunity_id: int, contact_id: int) -> None:
    """Adds a contact to the members. Raises NotFound when the actor may not see the opportunity or
    the contact."""
    await participants.link(work, repository, opportunity_id, contact_id)


async def unlink(work: Work, opportunity_id: int, contact_id: int, *, keep_primary: bool) -> None:
    """Removes a contact from the members. With `keep_primary` the primary contact cannot be
    removed. Raises NotFound, NotNow."""
    await participants.unlink(
        work, repository, opportunity_id, contact_id, keep_primary=keep_primary
    )

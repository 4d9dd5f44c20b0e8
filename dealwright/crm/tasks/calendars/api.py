"""The routes of one's calendar feed."""

from dealwright import access
from dealwright.crm.tasks.calendars import actions
from dealwright.crm.tasks.calendars.shapes import CalendarFeed
from dealwright.wire.routes import Routes
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


@route.get("calendar")
async def shown(work: Work) -> CalendarFeed:
    """Says whether you have a calendar feed. Its address was told when it was made."""
    return await actions.shown(work)


# An answer that tells a secret is not kept to be told again.
@route.post("calendar", idempotent=False)
async def make(work: Work) -> CalendarFeed:
    """Makes a calendar feed of your open tasks and expected closings, or gives it a new address.

    Whoever has the address reads the feed; the one before leads nowhere any more.
    """
    return await actions.make(work)


@route.delete("calendar")
async def revoke(work: Work) -> CalendarFeed:
    """Ends your calendar feed."""
    return await actions.revoke(work)

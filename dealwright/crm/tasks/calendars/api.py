"""The routes of a user's own calendar feed."""

from dealwright import access
from dealwright.crm.tasks.calendars import actions
from dealwright.crm.tasks.calendars.shapes import CalendarFeed
from dealwright.wire.routes import Routes
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


@route.get("calendar")
async def view(work: Work) -> CalendarFeed:
    """Shows whether you have a calendar feed. Its address was shown only when it was created."""
    return await actions.view(work)


# The answer contains a secret, so it is not stored for repeated requests.
@route.post("calendar", idempotent=False)
async def create(work: Work) -> CalendarFeed:
    """Creates a calendar feed of your open tasks and expected closings, or gives it a new address.

    Everyone who knows the address can read the feed; the old address stops working.
    """
    return await actions.create(work)


@route.delete("calendar")
async def revoke(work: Work) -> CalendarFeed:
    """Revokes your calendar feed."""
    return await actions.revoke(work)

"""The home of somebody who has signed in, and what the narrow bar at the bottom has no room for."""

from dealwright import access
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes

page = Routes("", gate=access.anyone)
BOARD = "/opportunities/board"


@page.get("")
async def home(page: PageRequest) -> Response:
    """Leads to the board where there is one for this person."""
    if page.leads_to(BOARD) and not page.viewer.is_guest:
        return page.redirect(BOARD)
    return page.page("people/home.html")


@page.get("more")
async def more(page: PageRequest) -> Response:
    """Everything that the bar at the bottom of a phone has no room for."""
    return page.page("people/more.html")

"""The start page of a signed-in user, and the page behind "More" on a phone."""

from dealwright import access
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes

page = Routes("", gate=access.anyone)
BOARD = "/opportunities/board"


@page.get("")
async def home(page: PageRequest) -> Response:
    """Redirects to the board if this user has one."""
    if page.leads_to(BOARD) and not page.viewer.is_guest:
        return page.redirect(BOARD)
    return page.page("people/home.html")


@page.get("more")
async def more(page: PageRequest) -> Response:
    """Everything that does not fit into the bar at the bottom of a phone."""
    return page.page("people/more.html")

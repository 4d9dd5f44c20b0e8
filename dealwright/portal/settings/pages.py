"""The way into the settings."""

from dealwright import access
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes

page = Routes("", gate=access.demand_admin)


@page.get("settings")
async def show(page: PageRequest) -> Response:
    """Leads to the first topic."""
    return page.redirect("/settings/stages")

"""The dialect of the API as a page of the settings."""

from dealwright import access
from dealwright.portal.organisation import setup
from dealwright.portal.organisation.queries import current
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_portal_admin)
DIALECT = "/settings/wire"
TEMPLATE = "portal/organisation/dialect.html"
KINDS = ("live", "documented")


@page.get("settings/wire")
async def show(page: PageRequest) -> Response:
    """How the API spells its answers."""
    return await _shown(page)


@page.post("settings/wire")
async def choose(page: PageRequest) -> Response:
    """Changes how the API spells its answers."""
    is_documented = page.text("dialect") == "documented"

    async def change(work: Work) -> str:
        before = await setup.choose_dialect(work, is_documented=is_documented)
        return forms.undo_by(DIALECT, {"dialect": KINDS[before]})

    answer = await forms.saved(
        page, change, said=page.say("Saved"), back=DIALECT, show=lambda _: _shown(page)
    )
    page.site.is_documented = is_documented  # other processes hear of it with their next request
    return answer


async def _shown(page: PageRequest) -> Response:
    portal = await page.read(lambda work: work.cached(current))
    return page.page(TEMPLATE, dialect=KINDS[portal.is_documented])

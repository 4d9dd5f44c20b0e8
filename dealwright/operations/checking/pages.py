"""How the server is, as a page of the settings."""

from dealwright import access
from dealwright.errors import CrmError
from dealwright.operations.checking import health
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes

page = Routes("", gate=access.demand_portal_admin)


@page.get("settings/health")
async def show(page: PageRequest) -> Response:
    """Versions, waiting jobs and storage."""
    return await _shown(page)


@page.post("settings/health")
async def check(page: PageRequest) -> Response:
    """Checks the data; what is found is shown."""
    try:
        found = await page.read(health.check, heavy=True)
    except CrmError as error:
        return await _shown(page, problem=forms.refusal(error))
    return await _shown(page, found=found)


async def _shown(
    page: PageRequest, *, found: list[str] | None = None, problem: str = ""
) -> Response:
    seen = await page.read(health.look)
    template, status = "operations/checking/health.html", 400 if problem else 200
    return page.page(template, status=status, health=seen, found=found, problem=problem)

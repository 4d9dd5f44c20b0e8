"""How long the trash keeps what is deleted, as a page of the settings."""

from dealwright import access
from dealwright.crm.trash import periods
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
TRASH = "/settings/trash"


@page.get("settings/trash")
async def show(page: PageRequest) -> Response:
    """After how many days the trash is emptied."""
    return await _shown(page)


@page.post("settings/trash")
async def choose(page: PageRequest) -> Response:
    """Changes after how many days the trash is emptied."""

    async def change(work: Work) -> str:
        before = await periods.days(work)
        await periods.choose(work, forms.whole(page.text("days"), "days", most=periods.MOST))
        return forms.undo_by(TRASH, {"days": before})

    return await forms.saved(
        page,
        change,
        said=page.say("Saved"),
        back=TRASH,
        show=lambda problem: _shown(page, problem),
    )


async def _shown(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> tuple[int, bool]:
        return await periods.days(work), periods.is_fixed(work.settings)

    days, is_fixed = await page.read(look)
    template, status = "crm/trash/retention/retention.html", 400 if problem else 200
    return page.page(
        template, status=status, problem=problem, days=days, is_fixed=is_fixed, most=periods.MOST
    )

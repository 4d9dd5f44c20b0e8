"""The pages of insight: what became of a pipeline, as charts, as tables, and as CSV."""

from typing import Any
from uuid import UUID

from dealwright import access
from dealwright.crm.insight import reads, rules, screen, sheets
from dealwright.crm.insight.reads import InsightCriteria
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import screen as boards_screen
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.page_links import pages
from dealwright.errors import Invalid, NotFound
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)


@page.get("insight")
async def show(page: PageRequest) -> Response:
    """What became of the opportunities of a pipeline in some months, and what is to be expected."""
    values = await page.read(lambda work: _shown(page, work), heavy=True)
    return page.page("crm/insight/insight.html", **values)


@page.get("insight/csv")
async def download(page: PageRequest) -> Response:
    """One of the tables as a CSV file: `of` names it."""
    values = await page.read(lambda work: _shown(page, work), heavy=True)
    sections = {each.key: each for each in values["sections"]}
    if page.text("of") not in sections:
        raise Invalid("of", f"must be one of: {', '.join(sections)}")
    name = f"insight-{page.text('of')}.csv"
    headers = [
        ("Content-Type", "text/csv; charset=utf-8"),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Cache-Control", "no-store"),
    ]
    return Response(200, sheets.csv_of(sections[page.text("of")].table), headers)


@page.get("insight/list")
async def behind(page: PageRequest) -> Response:
    """The opportunities behind one number: of a stage that they came to, or of a loss reason."""
    by = "stage" if page.text("stage") else "reason"
    of, number = typed.whole(page.text(by)), typed.whole(page.text("page", "1"))

    async def read(work: Work) -> dict[str, Any]:
        criteria, query = _criteria(page), screen.query_of(page)
        titles = await screen.titles(page, work, by)
        if of not in titles:
            raise NotFound
        cards, total = await reads.listed(work, criteria, by=by, of=of, number=number)
        names, day = await boards_screen.names(work), boards.today(work)
        return {
            "title": titles[of],
            "by": by,
            "total": total,
            "cards": [boards_screen.card_view(each, day, names, work.now) for each in cards],
            "pages": pages("/insight/list", {**query, by: str(of)}, number, reads.ROWS, total),
            "back": boards_screen.address("/insight", query),
        }

    return page.page("crm/insight/list.html", **await page.read(read, heavy=True))


async def _shown(page: PageRequest, work: Work) -> dict[str, Any]:
    found = await reads.insight(work, _criteria(page))
    return await screen.shown(page, work, found)


def _criteria(page: PageRequest) -> InsightCriteria:
    return InsightCriteria(
        typed.whole(page.text("pipeline")),
        rules.span_of(page.text("months")),
        _id(page, "responsible"),
        _id(page, "team"),
    )


def _id(page: PageRequest, name: str) -> str | None:
    """Raises Invalid."""
    try:
        return str(UUID(page.text(name))) if page.text(name) else None
    except ValueError:
        raise Invalid(name, "must be an id as links of this page have it") from None

"""The list of opportunities as a page, and which columns it has."""

from typing import Any
from urllib.parse import urlencode

from dealwright import access
from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import screen as boards_screen
from dealwright.crm.opportunities.board.address import Query, filter_of, many, query_of
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.board.strip import strip
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.table import columns, reads, screen
from dealwright.crm.page_links import pages
from dealwright.errors import Invalid
from dealwright.people.preferences import actions as preferences
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.rates.queries import counting
from dealwright.portal.stages.queries import pipeline
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
LIST = "/opportunities"
UNFILTERED = "open"  # what the list shows where the address says nothing else


@page.get("opportunities")
async def show(page: PageRequest) -> Response:
    """The opportunities as a list: sorted, paged, with the columns that the person chose."""
    values = await page.read(lambda work: _list(page, work), heavy=True)
    return page.page("crm/opportunities/table/list.html", **values)


@page.post("opportunities/columns")
async def choose_columns(page: PageRequest) -> Response:
    """Keeps which columns the person sees, in which order; `standard` takes the first ones back."""
    choice = columns.arranged(
        many(page, "order"), many(page, "shown"), up=page.text("up"), down=page.text("down")
    )

    async def write(work: Work) -> None:
        widths = columns.widths((await preferences.chosen(work)).list_columns)
        kept = "" if page.text("standard") else columns.with_widths(choice.split(","), widths)
        await preferences.choose(work, {"list_columns": kept})

    await page.write(write)
    return page.redirect(safe_next(page.text("back") or LIST))


@page.post("opportunities/columns/width")
async def resize(page: PageRequest) -> Response:
    """Keeps how wide the person made a column."""
    name, width = page.text("name"), typed.whole(page.text("width"))
    if name not in columns.BY_NAME or not columns.NARROWEST <= width <= columns.WIDEST:
        raise Invalid("width", f"must be {columns.NARROWEST} to {columns.WIDEST} for a column")

    async def write(work: Work) -> None:
        before = (await preferences.chosen(work)).list_columns
        widths = {**columns.widths(before), name: width}
        kept = columns.with_widths(columns.chosen(before), widths)
        await preferences.choose(work, {"list_columns": kept})

    await page.write(write)
    return page.redirect(LIST)


async def _list(page: PageRequest, work: Work) -> dict[str, Any]:
    query, text = await _of_one_pipeline(work, query_of(page)), page.text("text")
    sort, is_down = _sorting(page)
    # A stage says itself whether it is open.
    status = "" if page.text("stage") or page.text("closedfrom") else UNFILTERED
    filter_params = await filters.resolve(work, filter_of(query, page.zone, status=status), text)
    found = await reads.page(
        work,
        filter_params,
        sort=columns.SORTS[sort],
        descending=is_down,
        number=typed.whole(page.text("page")),
    )
    all_of = await filters.resolve(work, filter_of(query, page.zone), text)
    pipeline_id = typed.whole(query.get("pipeline", ""))
    board = await boards.board(work, all_of, pipeline_id=pipeline_id, count=1)
    rates = await counting(work)
    choice = (await preferences.chosen(work)).list_columns
    shown = columns.chosen(choice)
    order = {"order": "descending"} if is_down else {}
    sorted_query = {**query, "sort": sort, **order} if page.text("sort") else query
    stages = await work.cached(pipeline)
    return {
        "board": await strip(page, work, board, query, LIST),
        "rows": await screen.rows(work, found.cards, rates),
        "heads": screen.heads(LIST, query, shown, sort, down=is_down),
        "shown": shown,
        "widths": columns.widths(choice),
        "choices": [columns.BY_NAME[name] for name in columns.every(shown)],
        "pages": pages(LIST, sorted_query, found.number, reads.ROWS, found.sums.number),
        "sums": boards_screen.sums_view(found.sums, rates.base),
        "number": found.sums.number,
        "list_query": urlencode({"status": status or "all", **query, "sort": sort, **order}),
        "back": boards_screen.address(LIST, {**sorted_query, "page": str(found.number)}),
        "stages": [
            screen.stage_of(id, stages)
            for id, each in stages.items()
            if each.pipeline_id == board.pipeline_id
        ],
        "people": await responsible(work),
    }


async def _of_one_pipeline(work: Work, query: Query) -> dict[str, str]:
    """The filter with the pipeline that the list shows, as the board does: the named one, that of
    the named stage, or the first."""
    listed = await work.cached(pipelines)
    if "pipeline" in query or len(listed) < 2:
        return dict(query)
    stage = (await work.cached(pipeline)).get(typed.whole(query.get("stage", "")))
    return {"pipeline": str(stage.pipeline_id if stage else next(iter(listed))), **query}


def _sorting(page: PageRequest) -> tuple[str, bool]:
    sort, order = page.text("sort") or "stage", page.text("order")
    if sort not in columns.SORTS:
        raise Invalid("sort", f"must be one of: {', '.join(columns.SORTS)}")
    return sort, order == "descending"

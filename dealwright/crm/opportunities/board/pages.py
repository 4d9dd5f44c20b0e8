"""The pages of the board: the board itself, moving, closing, adding in one line, small edits."""

from datetime import datetime
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board import reads, screen
from dealwright.crm.opportunities.board.address import filter_of, query_of
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.board.rules import Board
from dealwright.crm.opportunities.board.strip import strip
from dealwright.crm.opportunities.cards import typed
from dealwright.people.preferences import actions as preferences
from dealwright.portal.stages.queries import pipeline
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
everyones = Routes("", gate=access.anyone)
BOARD = "/opportunities/board"
MOST_CHANGED = 200  # cards that are drawn anew at once


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("opportunities/board")
async def show(page: PageRequest) -> Response:
    """The pipeline as columns of cards."""

    async def read(work: Work) -> dict[str, Any]:
        board = await _screen(page, work)
        stages = [each.stage for each in (*board["columns"], *board["rails"])]
        return {"board": board, "stages": stages, "people": await responsible(work)}

    back = screen.address(BOARD, query_of(page))
    values = await page.read(read, heavy=True)
    return page.page("crm/opportunities/board/board.html", back=back, **values)


@page.get("opportunities/board/column")
async def column(page: PageRequest) -> Response:
    """The next cards of one column."""

    async def read(work: Work) -> dict[str, Any]:
        filter_params = await filters.resolve(
            work, filter_of(query_of(page), page.zone), page.text("text")
        )
        found = await reads.column(
            work, filter_params, typed.whole(page.text("stage")), page.text("cursor")
        )
        names, day = await screen.names(work), reads.today(work)
        shown = [screen.card_view(card, day, names, work.now) for card in found.cards]
        return {"cards": shown, "next_cursor": found.next_cursor}

    return page.fragment(
        "crm/opportunities/board/further.html", **await page.read(read, heavy=True)
    )


@page.get("opportunities/board/changes")
async def changes(page: PageRequest) -> Response:
    """What some changed cards change: themselves, and every number they take part in."""
    ids = [typed.whole(each) for each in page.text("ids").split(",", MOST_CHANGED)[:MOST_CHANGED]]

    async def read(work: Work) -> dict[str, Any]:
        filter_params = await filters.resolve(
            work, filter_of(query_of(page), page.zone), page.text("text")
        )
        cards = await reads.matching(work, filter_params, ids)
        names, day = await screen.names(work), reads.today(work)
        shown = [screen.card_view(card, day, names, work.now) for card in cards]
        return {"board": await _screen(page, work, count=0), "cards": shown}

    return page.fragment(
        "crm/opportunities/board/changes.html", **await page.read(read, heavy=True)
    )


@page.post("opportunities/board/display")
async def display(page: PageRequest) -> Response:
    """How dense cards are, kept for the person."""
    density = page.text("density")
    await page.write(lambda work: preferences.choose(work, {"density": density}))
    return page.redirect(safe_next(page.text("back")))


@everyones.get("stages.css")
async def colours(page: PageRequest) -> Response:
    """The colours of the stages as classes: what the API holds goes in, styles clamp it."""
    text = await page.read(screen.colours)
    headers = [
        ("Content-Type", "text/css; charset=utf-8"),
        ("Cache-Control", "private, max-age=31536000, immutable"),
    ]
    return Response(200, text.encode(), headers)


page.list += everyones.list


async def _screen(page: PageRequest, work: Work, *, count: int = reads.CARDS) -> Any:
    filter_params = await filters.resolve(
        work, filter_of(query_of(page), page.zone), page.text("text")
    )
    pipeline_id = typed.whole(page.text("pipeline"))
    board = await reads.board(work, filter_params, pipeline_id=pipeline_id, count=max(count, 1))
    return await _shown(page, work, board)


async def _shown(page: PageRequest, work: Work, board: Board) -> Any:
    stages = await work.cached(pipeline)
    open_stages = [
        id
        for id, each in stages.items()
        if each.pipeline_id == board.pipeline_id and each.stage_type == 0
    ]
    names = await screen.names(work)
    columns = [
        screen.column_view(
            each, screen.stage_view(stages[each.stage_id], open_stages), board, names, work.now
        )
        for each in board.columns
    ]
    rails = [each for each in columns if each.stage.kind != screen.OPEN]
    month = datetime.fromtimestamp(reads.this_month(work).start / 1_000_000, page.zone).date()
    return {
        **await strip(page, work, board, query_of(page), BOARD),
        "columns": [each for each in columns if each.stage.kind == screen.OPEN],
        "rails": rails,
        "period_query": f"closedfrom={month}",
        "is_empty": not board.total.number and not any(each.number for each in rails),
    }

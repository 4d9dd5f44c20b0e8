"""The pages of the board: the board itself, moving, closing, adding in one line, small edits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board import reads, screen
from dealwright.crm.opportunities.board.rules import Board
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.filters import Filter
from dealwright.people.preferences import actions as preferences
from dealwright.portal.pipelines.queries import pipelines
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
    board = await page.read(lambda work: _screen(page, work), heavy=True)
    return page.page("crm/opportunities/board/board.html", board=board)


@page.get("opportunities/board/column")
async def column(page: PageRequest) -> Response:
    """The next cards of one column."""

    async def read(work: Work) -> dict[str, Any]:
        wanted = await filters.resolve(work, _filter(page), page.text("text"))
        found = await reads.column(
            work, wanted, typed.whole(page.text("stage")), page.text("cursor")
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
    ids = [int(each) for each in page.text("ids").split(",") if each.isdecimal()][:MOST_CHANGED]

    async def read(work: Work) -> dict[str, Any]:
        wanted = await filters.resolve(work, _filter(page), page.text("text"))
        cards = await reads.matching(work, wanted, ids)
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
    query = _query(page)
    wanted = await filters.resolve(work, _filter(page), page.text("text"))
    pipeline_id = typed.whole(page.text("pipeline"))
    board = await reads.board(work, wanted, pipeline_id=pipeline_id, count=max(count, 1))
    return await _shown(page, work, board, query)


async def _shown(page: PageRequest, work: Work, board: Board, query: Mapping[str, str]) -> Any:
    listed, stages = await work.cached(pipelines), await work.cached(pipeline)
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
    still_open = [each for each in columns if each.stage.kind == screen.OPEN]
    rails = [each for each in columns if each.stage.kind != screen.OPEN]
    won = [each.sums for each in rails if each.stage.kind == screen.WON]
    chips = await _chips(page, work, query)
    return {
        "pipeline": listed[board.pipeline_id],
        "pipelines": [*listed.values()],
        "currency": board.currency,
        "rates_on": date.fromordinal(date(1970, 1, 1).toordinal() + board.rates_on),
        "columns": still_open,
        "rails": rails,
        "total_number": board.total.number,
        "total": screen.sums_view(board.total, board.currency),
        "won": won[0] if won else None,
        "attention": screen.marks(BOARD, query, board.attention),
        "period": _month(page, work.now),
        "period_query": "",
        "query": screen.address("", query).lstrip("?"),
        "kept": [(name, value) for name, value in query.items() if name != "text"],
        "text": page.text("text"),
        "chips": chips,
        "tabs": _tabs(page, work, query),
        "is_filtered": bool(set(query) - {"pipeline"}),
        "is_empty": not board.total.number and not any(each.number for each in rails),
        "colours": screen.digest(await screen.colours(work)),
    }


def _tabs(page: PageRequest, work: Work, query: Mapping[str, str]) -> list[screen.Tab]:
    own = {"responsible": work.actor.id}
    base = {name: value for name, value in query.items() if name == "pipeline"}
    return [
        screen.Tab(page.say("Everyone"), screen.address(BOARD, base), query == base),
        screen.Tab(page.say("Mine"), screen.address(BOARD, base | own), query == base | own),
    ]


async def _chips(page: PageRequest, work: Work, query: Mapping[str, str]) -> list[screen.Chip]:
    names = await screen.names(work)
    words = {
        "responsible": lambda value: page.say(
            "Responsible: %(name)s", name=names.get(value, value)
        ),
        "tag": lambda value: page.say("Tag: %(tag)s", tag=value),
        "text": lambda value: page.say("Text: %(words)s", words=value),
    }
    return [
        screen.Chip(words[name](value), screen.address(BOARD, screen.without(query, name)))
        for name, value in query.items()
        if name in words
    ]


def _filter(page: PageRequest) -> Filter:
    tag = page.text("tag")
    return Filter(
        responsible_id=page.text("responsible") or None,
        tags=[tag] if tag else [],
        is_overdue=bool(page.text("overdue")) or None,
        is_rotting=bool(page.text("rotting")) or None,
        has_next_step=False if page.text("nonextstep") else None,
        is_past_close=bool(page.text("pastclose")) or None,
    )


def _query(page: PageRequest) -> dict[str, str]:
    return {name: value for name in screen.FILTERS if (value := page.text(name))}


def _month(page: PageRequest, now: int) -> str:
    """ "November", as sentences name it."""
    formats: Any = page.templates.globals["formats"]
    return str(formats.month(now))

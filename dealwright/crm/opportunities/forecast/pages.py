"""The pages of the forecast: months as columns, and the form that gives a card another date."""

from datetime import date, datetime
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import screen as boards_screen
from dealwright.crm.opportunities.board.address import filter_of, query_of
from dealwright.crm.opportunities.board.rules import Card
from dealwright.crm.opportunities.board.strip import strip
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.forecast import reads, rules, screen
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.errors import CrmError, Invalid, NotFound
from dealwright.ui.page import PageRequest, came_from, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
FORECAST = "/opportunities/forecast"
MOST_CHANGED = 200  # cards that are drawn anew at once


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("opportunities/forecast")
async def show(page: PageRequest) -> Response:
    """The open opportunities by the month in which they are expected to close."""
    values = await page.read(lambda work: _shown(page, work, reads.CARDS), heavy=True)
    return page.page("crm/opportunities/forecast/forecast.html", **values)


@page.get("opportunities/forecast/column")
async def column(page: PageRequest) -> Response:
    """The next cards of one month."""

    async def read(work: Work) -> dict[str, Any]:
        listed = {each.key: each for each in reads.buckets(work, page.text("month"))}
        if page.text("column") not in listed:
            raise NotFound
        found = await reads.further(
            work,
            await _filter_params(page, work),
            listed[page.text("column")],
            page.text("cursor"),
            pipeline_id=typed.whole(page.text("pipeline")),
        )
        cards = await screen.cards(work, found.bucket.key, found.cards)
        return {"cards": cards, "next_cursor": found.next_cursor}

    values = await page.read(read, heavy=True)
    return page.fragment("crm/opportunities/forecast/further.html", **values)


@page.get("opportunities/forecast/changes")
async def changes(page: PageRequest) -> Response:
    """What some changed cards change: themselves, and every number they take part in."""
    ids = [typed.whole(each) for each in page.text("ids").split(",", MOST_CHANGED)[:MOST_CHANGED]]

    async def read(work: Work) -> dict[str, Any]:
        found = await boards.matching(work, await _filter_params(page, work), ids)
        listed = reads.buckets(work, page.text("month"))
        shown = await _shown(page, work, 0)
        own = typed.whole(page.text("pipeline")) or shown["board"]["pipeline"].id
        cards = [
            card
            for each in await screen.within(work, found, own)
            for card in await screen.cards(work, screen.key_of(each, listed), [each])
        ]
        return {**shown, "cards": cards}

    values = await page.read(read, heavy=True)
    return page.fragment("crm/opportunities/forecast/changes.html", **values)


@page.get("opportunities/{id:id}/expected")
async def ask(page: PageRequest, params: OpportunityPath) -> Response:
    """The months and the day on which an opportunity can be expected to close."""
    return await _asking(page, params.id)


@page.post("opportunities/{id:id}/expected")
async def redate(page: PageRequest, params: OpportunityPath) -> Response:
    """Says when an opportunity is expected to close: a day, or a column of the forecast."""

    async def write(work: Work) -> str:
        card = await _card(work, params.id)
        if not card.is_open:
            raise Invalid("day", "belongs to an open opportunity; this one is closed")
        return await moves.set_close_date(work, params.id, _moment(page, work, card))

    try:
        token = await page.write(write, transaction=True)
    except NotFound:
        raise
    except CrmError as error:
        if not page.text("stage"):
            return await _asking(page, params.id, problem=error.text, status=400)
        page.toast(error.text)
        return page.fragment("crm/opportunities/cards/nothing.html", status=409)
    page.toast(
        page.say("New date saved"), undo=f"/opportunities/undo?token={token}" if token else ""
    )
    if page.is_fragment:
        return page.fragment("crm/opportunities/cards/nothing.html")
    return page.redirect(_back(page))


def _moment(page: PageRequest, work: Work, card: Card) -> int | None:
    """Raises Invalid."""
    if page.text("day"):
        return typed.day(page.text("day"), page.zone, field="day")
    zone = work.settings.timezone
    key = page.text("stage") or rules.NO_DATE
    before = None
    if card.expected_on is not None:
        before = datetime.fromtimestamp(card.expected_on / 1_000_000, zone).date()
        if rules.key_of(before) == key and before >= reads.today(work):
            return card.expected_on
    day = rules.redated(key, before, reads.today(work))
    return None if day is None else typed.moment(day, zone)


async def _shown(page: PageRequest, work: Work, count: int) -> dict[str, Any]:
    query, filter_params = query_of(page), await _filter_params(page, work)
    pipeline_id = typed.whole(page.text("pipeline"))
    month = page.text("month")
    listed = reads.buckets(work, month)
    person, team = query.get("responsible"), query.get("team")
    found = await reads.forecast(
        work,
        filter_params,
        listed,
        pipeline_id=pipeline_id,
        owner=Owner(person, team) if (person is None) != (team is None) else None,
        count=count,
    )
    board = await boards.board(work, filter_params, pipeline_id=pipeline_id, count=1)
    first = listed[1].month or date.min
    this_month = reads.today(work).replace(day=1)
    kept = {**query, "month": month} if month else query
    return {
        "board": await strip(page, work, board, query, FORECAST),
        "columns": [
            await screen.column(page, work, each, found.currency) for each in found.columns
        ],
        "query": boards_screen.address("", kept).lstrip("?"),
        "earlier": screen.month_address(
            FORECAST, query, rules.added(first, -rules.MONTHS), this_month
        )
        if first > this_month
        else "",
        "later": screen.month_address(
            FORECAST, query, rules.added(first, rules.MONTHS), this_month
        ),
    }


async def _filter_params(page: PageRequest, work: Work) -> filters.FilterParams:
    return await filters.resolve(work, filter_of(query_of(page), page.zone), page.text("text"))


async def _card(work: Work, opportunity_id: int) -> Card:
    """Raises NotFound."""
    for card in await boards.cards(work, [opportunity_id]):
        return card
    raise NotFound


async def _asking(
    page: PageRequest, opportunity_id: int, *, problem: str = "", status: int = 200
) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        card = await _card(work, opportunity_id)
        expected = card.expected_on
        day = datetime.fromtimestamp(expected / 1_000_000, page.zone).date() if expected else ""
        first = reads.today(work).replace(day=1)
        return {
            "card": card,
            "day": page.text("day") or str(day),
            "months": [
                (rules.key_of(each), each)
                for each in (rules.added(first, count) for count in range(rules.MONTHS))
            ],
            "problem": problem,
            "back": _back(page),
        }

    values = await page.read(read)
    answer = page.fragment if page.is_fragment else page.page
    return answer("crm/opportunities/forecast/expected.html", status=status, **values)


def _back(page: PageRequest) -> str:
    """Where a form without scripts leads when it is done: to where its reader came from."""
    chosen = page.text("back") or came_from(page.request)
    is_form = chosen.partition("?")[0].endswith("/expected")
    return safe_next(chosen) if chosen and not is_form else FORECAST

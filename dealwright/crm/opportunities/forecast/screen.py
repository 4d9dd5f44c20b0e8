"""The forecast as its templates need it: columns with their names, cards with their stages."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.board.rules import Card
from dealwright.crm.opportunities.board.screen import CardView, StageView, SumsView
from dealwright.crm.opportunities.forecast import rules
from dealwright.crm.opportunities.forecast.rules import Bucket
from dealwright.crm.opportunities.forecast.shapes import Column
from dealwright.crm.opportunities.table.screen import stage_of
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work


class MonthCard(NamedTuple):
    """A card with the column it stands in; `place` sorts the cards of a column as text."""

    card: CardView
    stage: StageView
    column: str
    place: str


class Bars(NamedTuple):
    """What of the longest of sum and target is won and weighted, in percent."""

    won: float
    weighted: float


class ColumnView(NamedTuple):
    """`takes` tells whether cards can be put there; `address` lists what is in the column;
    `missing`: what the target still lacks, 0 once it is reached."""

    key: str
    title: str
    number: int
    sums: SumsView
    won: SumsView
    has_won: bool
    target: Decimal | None
    missing: Decimal
    bars: Bars
    cards: Sequence[MonthCard]
    next_cursor: str | None
    takes: bool


async def column(page: Asked, work: Work, found: Column, currency: str) -> ColumnView:
    key = found.bucket.key
    target = found.target.amount if found.target else None
    won, weighted, whole = found.won.converted, found.sums.weighted, found.sums.converted
    longest = max(whole + won, Fraction(target or 0), Fraction(1))
    missing = max((target or 0) - won, Fraction(0))
    return ColumnView(
        key,
        _title(page, found.bucket),
        found.sums.number,
        screen.sums_view(found.sums, currency),
        screen.sums_view(found.won, currency),
        found.won.number > 0,
        None if target is None else screen.amount(target, whole=True),
        screen.amount(missing, whole=True),
        Bars(round(float(100 * won / longest), 1), round(float(100 * weighted / longest), 1)),
        await cards(work, key, found.cards),
        found.next_cursor,
        key not in (rules.PAST, rules.LATER),
    )


async def cards(work: Work, key: str, listed: Sequence[Card]) -> list[MonthCard]:
    stages = await work.cached(pipeline)
    names, day = await screen.names(work), boards.today(work)
    return [
        MonthCard(
            screen.card_view(each, day, names, work.now),
            stage_of(each.stage_id, stages),
            key,
            f"{(each.expected_on or 0) + 2**62:020}-{each.id:012}",
        )
        for each in listed
    ]


async def within(work: Work, listed: Sequence[Card], pipeline_id: int) -> list[Card]:
    """Those that a forecast of a pipeline shows: its open ones."""
    stages = await work.cached(pipeline)
    return [
        each for each in listed if each.is_open and stages[each.stage_id].pipeline_id == pipeline_id
    ]


def key_of(card: Card, listed: Sequence[Bucket]) -> str:
    """The column in which a card stands."""
    moment = rules.UNDATED if card.expected_on is None else card.expected_on
    return next((each.key for each in listed if each.since <= moment < each.until), rules.PAST)


def month_address(path: str, query: Query, month: date, this_month: date) -> str:
    """The forecast from a month on, never from one that is over."""
    month = max(month, this_month)
    kept = {**query, "month": rules.key_of(month)} if month > this_month else query
    return screen.address(path, kept)


def _title(page: Asked, bucket: Bucket) -> str:
    formats: Any = page.templates.globals["formats"]
    if bucket.month is not None:
        name = str(formats.month(bucket.month))
        return name[:1].upper() + name[1:]
    return {
        rules.PAST: page.say("Past date"),
        rules.LATER: page.say("Later"),
        rules.NO_DATE: page.say("No date"),
    }[bucket.key]

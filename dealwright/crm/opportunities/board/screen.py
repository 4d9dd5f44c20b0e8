"""The board as its templates need it: amounts and days to be written, words, addresses.

Takes what `reads` gives; counts nothing itself.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlencode

from dealwright.crm.opportunities.board.rules import (
    DAY,
    Activity,
    Attention,
    Board,
    Card,
    Column,
    Day,
    Sums,
)
from dealwright.crm.opportunities.board.steps import StepView, step_view
from dealwright.people.queries import everybody
from dealwright.people.shapes import display_name
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work

UNIT = 10_000
OPEN, WON, LOST = "open", "won", "lost"
_KINDS = {
    StageType.OPEN: OPEN,
    StageType.CLOSED_AND_WON: WON,
    StageType.CLOSED_AND_LOST: LOST,
}
Query = Mapping[str, str]


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


class StageView(NamedTuple):
    """`share`: how far the pie of its glyph goes around, in percent."""

    id: int
    title: str
    kind: str
    probability: int
    share: int


class CurrencyView(NamedTuple):
    currency: str
    amount: Decimal
    converted: Decimal | None


class SumsView(NamedTuple):
    """`is_converted`: an amount of another currency took part, so the sum is marked with ≈."""

    converted: Decimal
    weighted: Decimal
    currencies: Sequence[CurrencyView]
    missing: Sequence[str]
    is_converted: bool


class CardView(NamedTuple):
    """`age_tone` is plain, warning from the limit on, danger from twice the limit on."""

    id: int
    version: int
    title: str
    contact_name: str
    amount: Decimal
    weighted: Decimal
    currency: str
    probability: int
    close_day: int | None
    is_past_close: bool
    is_open: bool
    owner_id: str
    owner_name: str
    is_private: bool
    can_edit: bool
    rank: str
    stage_id: int
    days_in_stage: int | None
    rotting_days: int
    age_tone: str
    next_step: StepView | None
    tags: Sequence[str]


class Bar(NamedTuple):
    state: str
    start: float
    width: float


class ColumnView(NamedTuple):
    stage: StageView
    number: int
    sums: SumsView
    bars: Sequence[Bar]
    activity: Activity
    cards: Sequence[CardView]
    next_cursor: str | None


class Mark(NamedTuple):
    """A chip that filters what needs somebody; `name` is translated by the template."""

    name: str
    icon: str
    tone: str
    number: int
    address: str
    is_on: bool


class Chip(NamedTuple):
    words: str
    without: str


def stage_view(stage: Stage, open_stages: Sequence[int]) -> StageView:
    kind = _KINDS[StageType(stage.stage_type)]
    place = open_stages.index(stage.id) + 1 if kind == OPEN else 0
    share = round(100 * place / (len(open_stages) + 1))
    return StageView(stage.id, stage.title, kind, stage.success_probability, share)


def sums_view(sums: Sums, base: str) -> SumsView:
    is_converted = any(each.currency != base for each in sums.currencies)
    return SumsView(
        amount(sums.converted, whole=is_converted),
        amount(sums.weighted, whole=True),
        [
            CurrencyView(
                each.currency,
                amount(each.amount),
                None if each.converted is None else amount(each.converted, whole=True),
            )
            for each in sums.currencies
        ],
        sums.missing,
        is_converted,
    )


def amount(value: Fraction | int, *, whole: bool = False) -> Decimal:
    """1/10 000 of a unit as an amount; `whole`: to the nearest unit, for what was computed."""
    fraction = Fraction(value) / UNIT
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return exact.quantize(Decimal(1), ROUND_HALF_UP) if whole else exact


def column_view(
    column: Column, stage: StageView, board: Board, names: Mapping[str, str], now: int
) -> ColumnView:
    return ColumnView(
        stage,
        column.sums.number,
        sums_view(column.sums, board.currency),
        bars(column.activity),
        column.activity,
        [card_view(card, board.day, names, now) for card in column.cards],
        column.next_cursor,
    )


def card_view(card: Card, day: Day, names: Mapping[str, str], now: int) -> CardView:
    days = card.days_in_stage(now)
    return CardView(
        id=card.id,
        version=card.version,
        title=card.title,
        contact_name=card.contact.name if card.contact else "",
        amount=amount(card.amount),
        weighted=amount(Fraction(card.amount * card.probability, 100), whole=True),
        currency=card.currency,
        probability=card.probability,
        close_day=card.expected_on if card.is_open else card.closed_on,
        is_past_close=card.is_past_close(day),
        is_open=card.is_open,
        owner_id=card.responsible_id,
        owner_name=names.get(card.responsible_id, ""),
        is_private=card.is_private,
        can_edit=card.can_edit,
        rank=card.rank,
        stage_id=card.stage_id,
        days_in_stage=days if card.is_open else None,
        rotting_days=card.rotting_days,
        age_tone=age_tone(card, day),
        next_step=step_view(card, day),
        tags=card.tags,
    )


def age_tone(card: Card, day: Day) -> str:
    """From the last touch, as `Card.is_rotting`."""
    if not card.is_rotting(day):
        return "plain"
    is_long = card.touched_on < day.start - 2 * card.rotting_days * DAY
    return "danger" if is_long else "warning"


def bars(activity: Activity) -> list[Bar]:
    """What share of a column has which next step, side by side, in percent."""
    together = sum(activity)
    drawn, start = [], 0.0
    for state, count in zip(activity._fields, activity, strict=True):
        if count:
            share = 100 * count / together
            drawn.append(Bar(state, round(start, 1), round(max(share - 1.2, 0.5), 1)))
            start += share
    return drawn


def marks(path: str, query: Query, counts: Attention) -> list[Mark]:
    return [
        Mark(name, icon, tone, count, address(path, toggled(query, key)), key in query)
        for key, name, icon, tone, count in (
            ("overdue", _("Overdue"), "bell", "danger", counts.overdue),
            ("rotting", _("Rotting"), "clock", "warning", counts.rotting),
            ("nonextstep", _("No next step"), "none", "", counts.no_next_step),
            ("pastclose", _("Past close date"), "late", "danger", counts.past_close),
        )
    ]


def address(path: str, query: Query) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def toggled(query: Query, name: str) -> dict[str, str]:
    """The filter with one more condition, or without it."""
    changed = dict(query)
    if changed.pop(name, None) is None:
        changed[name] = "1"
    return changed


def without(query: Query, name: str) -> dict[str, str]:
    return {key: value for key, value in query.items() if key != name}


async def names(work: Work) -> dict[str, str]:
    """What people are called, by their ids."""
    language = (await work.cached(current)).language
    people = await work.cached(everybody)
    return {id: display_name(each, language=language) for id, each in people.items()}


async def colours(work: Work) -> str:
    """The colours of all stages as a style sheet of classes."""
    stages = (await work.cached(pipeline)).values()
    rules = [f"  .stage-{each.id} {{ --raw: {each.color}; }}" for each in stages]
    return "@layer tokens {\n" + "\n".join(rules) + "\n}\n"


def digest(text: str) -> str:
    """What changes with a text, for its address."""
    return blake2b(text.encode(), digest_size=6).hexdigest()

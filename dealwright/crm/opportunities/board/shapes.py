"""How a board looks on the wire."""

from fractions import Fraction

from dealwright.crm.opportunities.board import rules
from dealwright.crm.opportunities.board.rules import Card, Column, Day, Sums
from dealwright.crm.opportunities.shapes import References
from dealwright.crm.opportunities.summary.shapes import CurrencySum
from dealwright.people.shapes import Employee
from dealwright.portal.rates.rules import rounded, start_of
from dealwright.portal.stages.shapes import StageBase
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money


class NextStep(Shape, kw_only=True):
    """The earliest open task that you see. `activity` is overdue, today or planned."""

    id: int
    title: str
    deadline: MomentText
    activity: str


class BoardCard(Shape, kw_only=True):
    """What a card of the board shows. `amount` is the value times the number of periods; `activity`
    is overdue, today, planned or none; `rank` sorts the cards of a column."""

    id: int
    title: str
    contact_id: int | None = None
    contact_name: str | None = None
    amount: MoneyNumber
    currency: str
    stage_id: int
    success_probability: int
    expected_close_date: MomentText
    actual_close_date: MomentText
    responsible: Employee
    tags: list[str]
    next_step: NextStep | None = None
    activity: str
    days_in_stage: int
    is_rotting: bool
    is_past_close: bool
    is_private: bool
    can_edit: bool
    loss_reason_id: int | None = None
    rank: str
    version: int


class BoardSums(Shape, kw_only=True):
    """How many opportunities, and what they are worth: by currency and in the portal's currency.

    `converted` and `weighted` leave out the currencies of `missingRates`. Closed opportunities keep
    the rate of the day they closed.
    """

    count: int
    sums: list[CurrencySum]
    converted: MoneyNumber
    weighted: MoneyNumber
    missing_rates: list[str]


class Activity(Shape, kw_only=True):
    """How many open opportunities have which next step."""

    overdue: int
    today: int
    planned: int
    none: int


class Attention(Shape, kw_only=True):
    """How many open opportunities need somebody, over the whole filter."""

    overdue: int
    rotting: int
    no_next_step: int
    past_close: int


class BoardColumn(Shape, kw_only=True):
    """One stage: all that is there is counted, the first cards are shown. `nextCursor` is what
    `crm/opportunity/board/column` takes to go on; empty after the last card."""

    stage: StageBase
    total: BoardSums
    activity: Activity
    cards: list[BoardCard]
    next_cursor: str


class BoardAnswer(Shape, kw_only=True):
    """`total` and `attention` are of the open stages. `ratesOn` is the day of the oldest rate that
    took part."""

    pipeline_id: int
    currency: str
    rates_on: MomentText
    total: BoardSums
    attention: Attention
    columns: list[BoardColumn]


class ColumnAnswer(Shape, kw_only=True):
    """Further cards of one stage."""

    cards: list[BoardCard]
    next_cursor: str


def board(shown: rules.Board, known: References, now: int) -> BoardAnswer:
    moments = known.moments
    return BoardAnswer(
        pipeline_id=shown.pipeline_id,
        currency=shown.currency,
        rates_on=moments(start_of(shown.rates_on, moments.zone)),
        total=sums(shown.total),
        attention=Attention(**shown.attention._asdict()),
        columns=[_column(each, known, shown.day, now) for each in shown.columns],
    )


def further(shown: Column, known: References, day: Day, now: int) -> ColumnAnswer:
    return ColumnAnswer(
        cards=[card(each, known, day, now) for each in shown.cards],
        next_cursor=shown.next_cursor or "",
    )


def _column(column: Column, known: References, day: Day, now: int) -> BoardColumn:
    return BoardColumn(
        stage=known.stages[column.stage_id],
        total=sums(column.sums),
        activity=Activity(**column.activity._asdict()),
        cards=[card(each, known, day, now) for each in column.cards],
        next_cursor=column.next_cursor or "",
    )


def card(shown: Card, known: References, day: Day, now: int) -> BoardCard:
    return BoardCard(
        id=shown.id,
        title=shown.title,
        contact_id=shown.contact.id if shown.contact else None,
        contact_name=shown.contact.name if shown.contact else None,
        amount=money(shown.amount),
        currency=shown.currency,
        stage_id=shown.stage_id,
        success_probability=shown.probability,
        expected_close_date=known.moments(shown.expected_on),
        actual_close_date=known.moments(shown.closed_on),
        responsible=known.staff[shown.responsible_id],
        tags=[*shown.tags],
        next_step=_next_step(shown, known.moments, day),
        activity=shown.activity(day),
        days_in_stage=shown.days_in_stage(now),
        is_rotting=shown.is_rotting(day),
        is_past_close=shown.is_past_close(day),
        is_private=shown.is_private,
        can_edit=shown.can_edit,
        loss_reason_id=shown.loss_reason_id,
        rank=shown.rank,
        version=shown.version,
    )


def _next_step(shown: Card, moments: Moments, day: Day) -> NextStep | None:
    step = shown.next_step
    if step is None:
        return None
    return NextStep(
        id=step.id, title=step.title, deadline=moments(step.deadline), activity=shown.activity(day)
    )


def sums(found: Sums) -> BoardSums:
    return BoardSums(
        count=found.number,
        sums=[
            CurrencySum(
                currency=each.currency,
                sum=money(each.amount),
                weighted=money(rounded(Fraction(each.weighted))),
            )
            for each in found.currencies
        ],
        converted=money(rounded(found.converted)),
        weighted=money(rounded(found.weighted)),
        missing_rates=[*found.missing],
    )

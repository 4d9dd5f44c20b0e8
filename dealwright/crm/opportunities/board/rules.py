"""What a board shows, and how its amounts and marks are counted: pure values.

Amounts are 1/10 000 of a unit, moments microseconds since 1970 in UTC.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

BILLION, RATE_UNIT = 10**9, 10**9
DAY = 24 * 3600 * 1_000_000
OVERDUE, TODAY, PLANNED, NONE = "overdue", "today", "planned", "none"


class Day(NamedTuple):
    """The day it is in the portal's zone: its first moment and that of the next day."""

    start: int
    end: int


class Group(NamedTuple):
    """What opportunities that are alike in these things have together.

    Their amounts, each paid `periods` times, add up to `billions` · 10⁹ + `rest`. `rate` is what a
    unit was worth in `rate_currency` on the day they closed, in 1/10⁹.
    """

    stage_id: int
    currency: str
    periods: int
    probability: int
    rate: int | None
    rate_currency: str | None
    number: int
    billions: int
    rest: int

    @property
    def amount(self) -> int:
        return (self.billions * BILLION + self.rest) * self.periods

    def factor(self, base: str, factors: Mapping[str, Fraction]) -> Fraction | None:
        """What one unit counts in the currency `base`; None without a rate. A closed one keeps the
        rate of its day."""
        if self.rate is not None and self.rate_currency == base:
            return Fraction(self.rate, RATE_UNIT)
        return factors.get(self.currency)


class CurrencySum(NamedTuple):
    """`converted` is None where there is no rate."""

    currency: str
    amount: int
    weighted: Fraction
    converted: Fraction | None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many there are and what they are worth. `converted` and `weighted` leave out the
    currencies in `missing`."""

    number: int = 0
    currencies: tuple[CurrencySum, ...] = ()
    converted: Fraction = Fraction(0)
    weighted: Fraction = Fraction(0)
    missing: tuple[str, ...] = ()


def added(groups: Iterable[Group], base: str, factors: Mapping[str, Fraction]) -> Sums:
    """Groups together, currencies by their codes."""
    number = 0
    amounts: defaultdict[str, int] = defaultdict(int)
    weights: defaultdict[str, Fraction] = defaultdict(Fraction)
    worths: defaultdict[str, Fraction] = defaultdict(Fraction)
    whole, missing = Fraction(0), set()
    for group in groups:
        number += group.number
        weighted = Fraction(group.amount * group.probability, 100)
        amounts[group.currency] += group.amount
        weights[group.currency] += weighted
        factor = group.factor(base, factors)
        if factor is None:
            missing.add(group.currency)
        else:
            worths[group.currency] += group.amount * factor
            whole += weighted * factor
    return Sums(
        number,
        tuple(
            CurrencySum(code, amounts[code], weights[code], worths.get(code))
            for code in sorted(amounts)
        ),
        sum(worths.values(), Fraction(0)),
        whole,
        tuple(sorted(missing)),
    )


class Activity(NamedTuple):
    """How many open ones have which next step."""

    overdue: int = 0
    today: int = 0
    planned: int = 0
    none: int = 0


class Attention(NamedTuple):
    """How many open ones need somebody."""

    overdue: int = 0
    rotting: int = 0
    no_next_step: int = 0
    past_close: int = 0


class Marks(NamedTuple):
    """One row of `queries.marks`."""

    stage_id: int
    overdue: int
    today: int
    planned: int
    none: int
    rotting: int
    past_close: int

    @property
    def activity(self) -> Activity:
        return Activity(self.overdue, self.today, self.planned, self.none)


def attention(marks: Iterable[Marks]) -> Attention:
    listed = list(marks)
    return Attention(
        sum(each.overdue for each in listed),
        sum(each.rotting for each in listed),
        sum(each.none for each in listed),
        sum(each.past_close for each in listed),
    )


class NextStep(NamedTuple):
    """The earliest open task; `kind` and `image` are of its category, None if it has none."""

    id: int
    title: str
    deadline: int
    kind: str | None = None
    image: str | None = None


class Contact(NamedTuple):
    id: int
    name: str
    is_company: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An opportunity on a board. `amount` is what it is worth in all, `contact` is None where there
    is none or the viewer does not see it."""

    id: int
    version: int
    title: str
    contact: Contact | None
    amount: int
    currency: str
    stage_id: int
    is_open: bool
    probability: int
    expected_on: int | None
    closed_on: int | None
    responsible_id: str
    is_private: bool
    can_edit: bool
    rank: str
    stage_since: int
    touched_on: int
    rotting_days: int
    loss_reason_id: int | None
    next_step: NextStep | None
    tags: tuple[str, ...] = ()

    def activity(self, day: Day) -> str:
        if self.next_step is None:
            return NONE
        if self.next_step.deadline < day.start:
            return OVERDUE
        return TODAY if self.next_step.deadline < day.end else PLANNED

    def is_past_close(self, day: Day) -> bool:
        return self.is_open and self.expected_on is not None and self.expected_on < day.start

    def is_rotting(self, day: Day) -> bool:
        """So many whole days before today nobody touched it, however long it is on its stage."""
        limit = self.rotting_days * DAY
        return self.is_open and bool(limit) and self.touched_on < day.start - limit

    def days_in_stage(self, now: int) -> int:
        return max(0, now - self.stage_since) // DAY


@dataclass(frozen=True, slots=True)
class Column:
    """One stage: all that is there is counted, the first of it is shown. `next_cursor` leads to
    further cards."""

    stage_id: int
    sums: Sums
    activity: Activity
    cards: Sequence[Card] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """`total` and `attention` are of the open stages; `rates_on` is the day, since 1970, of the
    oldest rate that took part."""

    pipeline_id: int
    currency: str
    rates_on: int
    total: Sums
    attention: Attention
    columns: Sequence[Column]
    day: Day

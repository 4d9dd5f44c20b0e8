"""A forecast as it is read, and how it looks on the wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dealwright.crm.opportunities.board.rules import Card, Sums
from dealwright.crm.opportunities.board.shapes import BoardSums, sums
from dealwright.crm.opportunities.forecast.rules import Bucket
from dealwright.crm.opportunities.shapes import References
from dealwright.portal.rates.rules import start_of
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import money


class Target(NamedTuple):
    """What is to be won in a month, in the portal's currency; None: its currency has no rate."""

    amount: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A bucket with all that is in it counted, and its first cards."""

    bucket: Bucket
    sums: Sums
    won: Sums
    cards: Sequence[Card] = ()
    next_cursor: str | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    currency: str
    rates_on: int
    total: Sums
    columns: Sequence[Column]


class ForecastColumn(Shape, kw_only=True):
    """`month` is a month such as 2026-12, or past, later or none: expected before, afterwards, and
    without a date. `total` is of open opportunities, `won` of those that closed in the month.
    `target` is present where the filter names one user or group that has one."""

    month: str
    total: BoardSums
    won: BoardSums
    target: MoneyNumber | None = None


class ForecastAnswer(Shape, kw_only=True):
    """`total` is of all open opportunities of the filter, whatever their month. `ratesOn` is the
    day of the oldest rate that took part."""

    currency: str
    rates_on: MomentText
    total: BoardSums
    months: list[ForecastColumn]


def forecast(shown: Forecast, known: References) -> ForecastAnswer:
    moments = known.moments
    return ForecastAnswer(
        currency=shown.currency,
        rates_on=moments(start_of(shown.rates_on, moments.zone)),
        total=sums(shown.total),
        months=[_column(each) for each in shown.columns],
    )


def _column(column: Column) -> ForecastColumn:
    target = column.target.amount if column.target else None
    return ForecastColumn(
        month=column.bucket.key,
        total=sums(column.sums),
        won=sums(column.won),
        target=None if target is None else money(target),
    )

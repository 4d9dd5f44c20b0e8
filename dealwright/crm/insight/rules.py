"""Which months an insight covers, and what follows from its counts: pure values.

Moments are microseconds since 1970 in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from dealwright.errors import Invalid

SPANS, SPAN = (3, 6, 12, 24), 12
DAY_SECONDS = 24 * 3600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Month(NamedTuple):
    """A month from its first moment to that of the next; `first` and `last` are its days."""

    first: date
    last: date
    since: int
    until: int


class Step(NamedTuple):
    """What came to one stage in the period: opportunities, those of them that went on, and how long
    the stays of these took, in seconds (mean and median; None: none went on)."""

    stage_id: int
    entered: int
    went_on: int
    mean: float | None
    median: float | None


class Cycle(NamedTuple):
    """How long won opportunities took from their first day, in seconds; None without any."""

    number: int
    mean: float | None
    median: float | None


def span_of(text: str) -> int:
    """The months that a period has. Raises Invalid."""
    if not text:
        return SPAN
    if text not in map(str, SPANS):
        raise Invalid("months", f"must be one of: {', '.join(map(str, SPANS))}")
    return int(text)


def months(today: date, count: int, zone: tzinfo) -> list[Month]:
    """The months up to that of today, in the portal's zone, the oldest first."""
    newest = today.year * 12 + today.month - 1
    numbers = range(newest - count + 1, newest + 2)
    starts = [date(each // 12, each % 12 + 1, 1) for each in numbers]
    return [
        Month(first, following - timedelta(days=1), _moment(first, zone), _moment(following, zone))
        for first, following in pairwise(starts)
    ]


def share(part: int, whole: int) -> Fraction | None:
    """In percent; None of nothing."""
    return Fraction(100 * part, whole) if whole else None


def days(seconds: float | None) -> int | None:
    """Whole days, to the nearest."""
    return None if seconds is None else round(seconds / DAY_SECONDS)


def velocity(
    open_number: int, won: int, lost: int, worth: Fraction, mean: float | None
) -> Fraction:
    """What is won in 30 days if all goes on as in the period: open ones · win rate · mean amount ÷
    mean days. 0 where nothing was won. `worth`: what all won ones are worth together."""
    if not won or not mean:
        return Fraction(0)
    days = max(Fraction(mean).limit_denominator() / DAY_SECONDS, Fraction(1))
    return open_number * Fraction(won, won + lost) * worth / won / days * 30


def _moment(day: date, zone: tzinfo) -> int:
    return (datetime.combine(day, time(), zone) - _EPOCH) // timedelta(microseconds=1)

"""Which days a calendar shows: whole weeks around a month, or one week. Pure values."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from dealwright.errors import Invalid

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """`days` are whole weeks; `first` is the month, or the first day of the week."""

    first: date
    is_week: bool
    days: Sequence[date]


def month(first: date, first_weekday: int) -> Span:
    """The weeks that hold a month; a week begins with `first_weekday` (0: Monday)."""
    following = (first + timedelta(days=31)).replace(day=1)
    start = _begin(first, first_weekday)
    end = _begin(following - timedelta(days=1), first_weekday) + timedelta(days=7)
    return Span(first, False, _days(start, (end - start).days))


def week(day: date, first_weekday: int) -> Span:
    """The week that holds a day."""
    start = _begin(day, first_weekday)
    return Span(start, True, _days(start, 7))


def day_of(text: str) -> date:
    """ "2026-12-07". Raises Invalid."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST <= found <= LAST:
        raise Invalid("week", "must be a day such as 2026-12-07")
    return found


def start_of(day: date, zone: tzinfo) -> int:
    """The first moment of a day in microseconds UTC."""
    return (datetime.combine(day, time(), zone) - _EPOCH) // timedelta(microseconds=1)


def moved(moment: int, day: date, zone: tzinfo) -> int:
    """The same time on another day."""
    at = datetime.fromtimestamp(moment / 1_000_000, zone).time()
    return (datetime.combine(day, at, zone) - _EPOCH) // timedelta(microseconds=1)


def _begin(day: date, first_weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def _days(start: date, count: int) -> list[date]:
    return [start + timedelta(days=each) for each in range(count)]

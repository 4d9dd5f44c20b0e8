"""Which columns a forecast has, and the day that a card gets in one of them: pure values.

Moments are microseconds since 1970 in UTC, days are days in the portal's zone.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from dealwright.errors import Invalid

MONTHS, MOST_MONTHS = 5, 24
PAST, LATER, NO_DATE = "past", "later", "none"
FIRST_YEAR, LAST_YEAR = 2000, 2199
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# An opportunity without a date stands at this moment, before all that have one.
UNDATED = -62_135_596_800_000_000
END = 2**62


class Bucket(NamedTuple):
    """One column: open opportunities expected from `since` on, before `until`; won ones that closed
    from `won_since` on, before `until`. `month`: its first day, None for what is no month."""

    key: str
    month: date | None
    since: int
    until: int
    won_since: int


def month_of(text: str, today: date) -> date:
    """ "2026-12" → its first day; empty is the month of today. Raises Invalid."""
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR or len(text) != len("2026-12"):
        raise Invalid("month", "must be a month such as 2026-12")
    return found


def added(month: date, count: int) -> date:
    """The first day of the month so many months on."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def key_of(month: date) -> str:
    return f"{month:%Y-%m}"


def buckets(first: date, months: int, today: date, zone: tzinfo) -> list[Bucket]:
    """The columns from `first` on: what lies before, each month, later, and what has no date. The
    month of today begins with today: what was expected on its earlier days is past its date."""
    starts = [added(first, count) for count in range(months + 1)]
    begin = max(_start(starts[0], zone), _start(today, zone) if starts[0] <= today else 0)
    found = [Bucket(PAST, None, UNDATED + 1, begin, begin)]
    for start, following in pairwise(starts):
        since, until = _start(start, zone), _start(following, zone)
        since = max(since, min(begin, until))
        found.append(Bucket(key_of(start), start, since, until, _start(start, zone)))
    end = _start(starts[-1], zone)
    found.append(Bucket(LATER, None, max(end, begin), END, END))
    return [*found, Bucket(NO_DATE, None, UNDATED, UNDATED + 1, UNDATED + 1)]


def redated(key: str, before: date | None, today: date) -> date | None:
    """The day that a card gets in a column: the same day of that month, or its last one where it
    had none, but no day that is over. Raises Invalid for a column that takes no cards."""
    if key == NO_DATE:
        return None
    if key in (PAST, LATER, ""):
        raise Invalid("month", "must be a month such as 2026-12, or none for no date")
    month = month_of(key, today)
    last = monthrange(month.year, month.month)[1]
    day = month.replace(day=min(before.day, last) if before else last)
    return max(day, today) if key_of(today) == key else day


def _start(day: date, zone: tzinfo) -> int:
    return (datetime.combine(day, time(), zone) - _EPOCH) // timedelta(microseconds=1)

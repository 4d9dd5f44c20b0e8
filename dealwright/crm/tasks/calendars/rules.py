"""The entries of a user's calendar, and their times. Knows no calendar format.

Moments are microseconds in UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

ADDRESS = re.compile(r"/calendar/([A-Za-z0-9_-]{20,100})\.ics")
MOST = 2000  # per kind: more than any user has
DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Line ends of every kind, then characters that are not allowed in a text. Only the first are kept.
_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


class Entry(NamedTuple):
    """One entry: a task that is due, or an opportunity that is to close. `alert` is in minutes
    before it."""

    kind: str  # task | opportunity
    id: int
    title: str
    description: str
    on: int
    alert: int
    created_on: int
    modified_on: int
    version: int
    category: str = ""
    contact: str = ""
    belongs_to: str = ""

    @property
    def description_text(self) -> str:
        """The description of the entry."""
        parts = (self.contact, self.belongs_to, self.description)
        return "\n".join(part for part in parts if part.strip())


def moment(on: int) -> datetime:
    """The moment to the second, as calendars need it."""
    return _EPOCH + timedelta(seconds=on // 1_000_000)


def day(on: int, zone: tzinfo) -> date | None:
    """The date of a moment at midnight in the zone, else None: such a deadline has no time of day,
    as in the reference."""
    local = moment(on).astimezone(zone)
    return None if local.hour or local.minute or local.second else local.date()


def plain(text: str) -> str:
    """The text with line feeds as its only control characters."""
    return _CONTROLS.sub(" ", _ENDS.sub("\n", text))

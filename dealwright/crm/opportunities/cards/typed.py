"""What people type into fields of the board: amounts in any usual form, days."""

import re
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from dealwright.errors import Invalid

UNIT = 10_000
LONGEST = 40  # characters of an amount
MOST = 922_337_203_685_477
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,4})?")


def amount(text: str, *, field: str = "amount") -> int:
    """ "12 000,50", "12,000.50", "12000.5" → 1/10 000 of a unit. The last comma or point with one,
    two or four digits behind it parts the decimals. Raises Invalid."""
    digits = _SPACES.sub("", text[:LONGEST])
    if digits.count(",") + digits.count(".") > 1 or re.fullmatch(r"\d{1,3},\d{3}", digits):
        last = max(digits.rfind(","), digits.rfind("."))
        is_thousands = digits.count(digits[last]) > 1 or len(digits) - last == 4
        whole = digits if is_thousands else digits[:last]
        tail = "" if is_thousands else "." + digits[last + 1 :]
        digits = whole.replace(",", "").replace(".", "") + tail
    plain = digits.replace(",", ".")
    if len(text) > LONGEST or not _PLAIN.fullmatch(plain) or Decimal(plain) > MOST:
        raise Invalid(field, "must be an amount such as 12000 or 1250.50")
    return int(Decimal(plain) * UNIT)


def day(text: str, zone: tzinfo, *, field: str) -> int:
    """ "2026-12-24" → the first moment of that day, in microseconds UTC. Raises Invalid."""
    try:
        return moment(date.fromisoformat(text), zone)
    except ValueError:
        raise Invalid(field, "must be a day such as 2026-12-24") from None


def moment(value: date, zone: tzinfo) -> int:
    """The first moment of a day, in microseconds UTC."""
    start = datetime.combine(value, time(), zone)
    return int((start - _EPOCH).total_seconds()) * 1_000_000


def date_of(value: int, zone: tzinfo) -> date:
    """The day of a moment in `zone`."""
    return datetime.fromtimestamp(value / 1_000_000, zone).date()


def whole(text: str) -> int:
    """A whole number such as an id; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

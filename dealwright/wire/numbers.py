"""Whole numbers, money and rates: read exactly, never through a float, and printed shortest.

Knows no parameter names.
"""

import re
from datetime import tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException

from msgspec import Raw

from dealwright.wire.conversion import ConversionError, OutOfReach

LARGEST_INT = 2**31 - 1
MONEY_PLACES = 4
RATE_PLACES = 9
LARGEST_MONEY = 922_337_203_685_477 * 10**MONEY_PLACES

_INT = re.compile(r"[+-]?[0-9]{1,40}|(?:0[xX]|#)[0-9a-fA-F]{1,40}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ZERO = Decimal(0)
_EXACT = Context(prec=40)
_UNITS = {places: Decimal(1).scaleb(-places) for places in (MONEY_PLACES, RATE_PLACES)}
_LARGEST_EXACT_FLOAT = 10**15
_SMALLEST_PLAIN_RATE = 10**6


def read_int(value: object, zone: tzinfo | None = None) -> int:
    """A 32-bit whole number, decimal or hexadecimal (`0x1F`, `#1F`), but not `20.0` or true."""
    number = value if type(value) is int else _whole(value)
    if not -LARGEST_INT - 1 <= number <= LARGEST_INT:
        raise ConversionError(
            f"must be between {-LARGEST_INT - 1} and {LARGEST_INT}", readable=True
        )
    return number


def read_long(value: object, zone: tzinfo | None = None) -> int:
    """A 64-bit whole number, written like any other."""
    number = _whole(value)
    if not -(2**63) <= number < 2**63:
        raise ConversionError("must be a 64-bit number", readable=True)
    return number


def read_id(value: object, zone: tzinfo | None = None) -> int:
    """The number of a record, 0 (none) to 2^31-1; anything else is out of reach."""
    if isinstance(value, str) and len(value) < 10 and value.isascii() and value.isdigit():
        return int(value)  # as all but the strangest are
    number = LARGEST_INT + 1 if _has_too_many_digits(value) else _whole(value)
    if not 0 <= number <= LARGEST_INT:
        raise OutOfReach(f"must be between 0 and {LARGEST_INT}", readable=True)
    return number


def read_money(value: object, zone: tzinfo | None = None) -> int:
    """Ten-thousandths, further places rounded half away from zero."""
    amount = _decimal(value)
    # differs: the reference keeps nine places and checks no range.
    money = _scaled(amount, MONEY_PLACES) if amount.adjusted() < 16 else LARGEST_MONEY + 1
    if abs(money) > LARGEST_MONEY:
        raise ConversionError("must be between -922337203685477 and 922337203685477", readable=True)
    return money


def read_rate(value: object, zone: tzinfo | None = None) -> int:
    """Billionths; a tenth place, a negative rate and 10^9 or more are refused."""
    amount = _decimal(value)
    if amount < 0 or amount.adjusted() >= RATE_PLACES:
        raise ConversionError("must be at least 0 and less than 1000000000", readable=True)
    rate = _scaled(amount, RATE_PLACES)
    if Decimal(rate).scaleb(-RATE_PLACES, _EXACT) != amount:
        raise ConversionError("must have at most 9 decimal places", readable=True)
    return rate


def money(amount: int) -> float | Raw:
    """Ten-thousandths as a JSON number: `11.0`, `1.1`, `0.0067`; a float where that is exact."""
    if -_LARGEST_EXACT_FLOAT < amount < _LARGEST_EXACT_FLOAT:
        return amount / 10_000
    return Raw(digits(amount, MONEY_PLACES).encode())


def rate(amount: int) -> float | Raw:
    """Billionths as a JSON number, never with an exponent."""
    if _SMALLEST_PLAIN_RATE <= amount < _LARGEST_EXACT_FLOAT:
        return amount / 1_000_000_000
    return Raw(digits(amount, RATE_PLACES).encode())


def digits(amount: int, places: int) -> str:
    """`amount` / 10^`places`, exact, with as few decimal places as it needs and at least one."""
    whole, fraction = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{f'{fraction:0{places}d}'.rstrip('0') or '0'}"


def _whole(value: object) -> int:
    if isinstance(value, str):
        text = value.strip()
        if not _INT.fullmatch(text):
            raise ConversionError("must be a whole number")
        return int(text.lstrip("#"), 16) if text[0] == "#" or text[1:2] in ("x", "X") else int(text)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ConversionError("must be a whole number")


def _has_too_many_digits(value: object) -> bool:
    return isinstance(value, str) and len(value) > 40 and value.isascii() and value.isdigit()


def _decimal(value: object) -> Decimal:
    is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    text = value.strip() if isinstance(value, str) else str(value) if is_number else ""
    if not _DECIMAL.fullmatch(text):
        raise ConversionError("must be a number")
    try:
        return Decimal(text) or _ZERO
    except DecimalException:
        raise ConversionError("must be a number of a sensible size", readable=True) from None


def _scaled(amount: Decimal, places: int) -> int:
    """The one rounding there is: of the exact amount, half away from zero."""
    if amount.adjusted() < -places - 1:
        return 0
    return int(amount.quantize(_UNITS[places], ROUND_HALF_UP, _EXACT).scaleb(places, _EXACT))

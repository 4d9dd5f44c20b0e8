"""What somebody types to add an opportunity in one line: "Acme renewal 12k eur fri".

The last words that read as an amount, a currency or a day are taken out; what is left is the title.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

LONGEST = 300  # characters that are read; a title has at most 255
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₽": "RUB", "¥": "JPY", "₴": "UAH", "₸": "KZT"}
_FACTORS = {"k": 1_000, "к": 1_000, "m": 1_000_000, "м": 1_000_000}
_AMOUNT = re.compile(r"(\d{1,15}(?:[.,]\d{1,4})?)([kmкм]?)", re.IGNORECASE)
_MONTH_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.?(\d{4})?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEKDAYS = (
    ("mon", "monday", "пн", "понедельник"),
    ("tue", "tuesday", "вт", "вторник"),
    ("wed", "wednesday", "ср", "среда"),
    ("thu", "thursday", "чт", "четверг"),
    ("fri", "friday", "пт", "пятница"),
    ("sat", "saturday", "сб", "суббота"),
    ("sun", "sunday", "вс", "воскресенье"),
)
_DAYS = {"today": 0, "сегодня": 0, "tomorrow": 1, "завтра": 1}


class Line(NamedTuple):
    """`amount` in units of `currency` (None: none was typed), `currency` as ISO 4217 ("" for the
    portal's), `day` the expected day of closing."""

    title: str
    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None


def read(text: str, *, today: date, currencies: Collection[str]) -> Line:
    """Reads one line. Takes words from its end while they mean something, so that figures inside
    of a title stay there."""
    words = text[:LONGEST].split()
    amount: Decimal | None = None
    currency, day = "", None
    while len(words) > 1:
        word = words[-1]
        if not currency and (found := _currency(word, currencies)):
            currency = found
        elif day is None and (then := _day(word, today)):
            day = then
        elif amount is None and (priced := _amount(word, currencies)):
            amount, of_sign = priced
            currency = currency or of_sign
        else:
            break
        words.pop()
    return Line(" ".join(words), amount, currency, day)


def _currency(word: str, currencies: Collection[str]) -> str:
    name = _SYMBOLS.get(word, word.upper())
    return name if name in currencies else ""


def _amount(word: str, currencies: Collection[str]) -> tuple[Decimal, str] | None:
    """12k, 12.5k, 1200, €12k, 12k€, 900eur."""
    sign = ""
    for symbol, name in _SYMBOLS.items():
        if symbol in word:
            sign, word = name, word.replace(symbol, "", 1)
    if not sign and word[-3:].upper() in currencies:
        sign, word = word[-3:].upper(), word[:-3]
    found = _AMOUNT.fullmatch(word)
    if found is None:
        return None
    try:
        value = Decimal(found[1].replace(",", "."))
    except InvalidOperation:
        return None
    return value * _FACTORS.get(found[2].lower(), 1), sign


def _day(word: str, today: date) -> date | None:
    """fri, tomorrow, 24.12, 24.12.2026, 2026-12-24; a day without a year is the next one."""
    name = word.lower()
    if name in _DAYS:
        return today + timedelta(days=_DAYS[name])
    for place, names in enumerate(_WEEKDAYS):
        if name in names:
            return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)
    try:
        if _ISO.fullmatch(word):
            return date.fromisoformat(word)
        if found := _MONTH_DAY.fullmatch(word):
            return _next(int(found[1]), int(found[2]), found[3], today)
    except ValueError:
        return None
    return None


def _next(day: int, month: int, year: str | None, today: date) -> date:
    """Raises ValueError for a day that there is not."""
    if year:
        return date(int(year), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)

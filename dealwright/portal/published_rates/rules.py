"""Exchange rates as central banks publish them, and which of them are stored. Knows no file.

The bank's own currency is on one side of every rate it publishes; stored rates lead to or from the
portal's currency, through which all others are converted.
"""

import csv
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from dealwright.errors import Invalid

_FIRST = date(1970, 1, 1)
_EUROPEAN, _RUSSIAN = "EUR", "RUB"
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_UNITS = 10**9
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """What a bank published for one day: the worth of a unit of the first currency in the
    second."""

    day: date
    own: str
    rates: Mapping[Pair, Fraction]

    def worth(self) -> dict[str, Fraction]:
        """The worth of a unit of each currency in the bank's own."""
        others = {
            source if target == self.own else target: rate if target == self.own else 1 / rate
            for (source, target), rate in self.rates.items()
        }
        return others | {self.own: Fraction(1)}

    def through(self, base: str) -> Mapping[Pair, Fraction]:
        """The published rates if the bank's currency is `base`, else the worth of every currency in
        `base`. Raises Invalid if the bank has no rate for it."""
        if base == self.own:
            return self.rates
        worth = self.worth()
        if base not in worth:
            raise Invalid("file", f"must hold a rate of the portal's currency, {base}")
        return {(code, base): worth[code] / worth[base] for code in worth if code != base}


def kept(
    published: Iterable[Published], *, base: str, known: Container[str]
) -> dict[tuple[Pair, int], int]:
    """Rates in 1/10⁹ by pair and day (days since 1970), of known currencies only."""
    found = {}
    for each in published:
        for pair, rate in each.through(base).items():
            rounded = round(rate * _UNITS)
            if all(code in known for code in pair) and 0 < rounded < _UNITS**2:
                found[pair, (each.day - _FIRST).days] = rounded
    return found


def european(day: str, rates: Iterable[tuple[str, str]]) -> Published:
    """One day of the European Central Bank: units of a currency for one euro."""
    known = {(_EUROPEAN, code): _number(rate) for code, rate in rates}
    return Published(_date(day), _EUROPEAN, known)


def russian(day: str, rates: Iterable[tuple[str, str, str]]) -> Published:
    """One day of the Bank of Russia: (currency, units, what they are worth in roubles)."""
    known = {(code, _RUSSIAN): _number(worth) / _number(units) for code, units, worth in rates}
    return Published(_date(day), _RUSSIAN, known)


def table(text: str) -> Iterator[Published]:
    """The table of the European Central Bank as CSV: a line for each day, a column for each
    currency. Raises Invalid."""
    lines = csv.reader(text.splitlines())
    first, *codes = [cell.strip() for cell in next(lines, [""])]
    if first.lower() != "date":
        raise Invalid("file", "must be the rates of the European Central Bank or Bank of Russia")
    for line in lines:
        if line:
            day, *rates = [cell.strip() for cell in line]
            pairs = zip(codes, rates, strict=False)
            yield european(day, [(code, rate) for code, rate in pairs if code and rate != "N/A"])


def _number(text: str) -> Fraction:
    """Digits with a point, or with a comma as in Russia."""
    plain = text.strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain) or not Decimal(plain):
        raise Invalid("file", f"must hold positive numbers, not {text!r}")
    return Fraction(plain)


def _date(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise Invalid("file", f"must hold dates such as 2024-01-31, not {text!r}")

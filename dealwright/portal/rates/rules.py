"""Which rate applies between two currencies: exact fractions, rounded once at the end.

A rate is how many units of the second currency one unit of the first is worth, in 1/10⁹; a day is
days since 1970.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from dealwright.errors import Invalid

UNIT = 10**9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Codes = tuple[str, str]


class Quote(NamedTuple):
    """The rate of a pair that applies on some day, and the day it was written for."""

    id: int
    from_currency: str
    to_currency: str
    rate: int
    day: int

    @property
    def codes(self) -> Codes:
        return self.from_currency, self.to_currency


class Worth(NamedTuple):
    """The worth of one unit, and the oldest day among the rates used."""

    factor: Fraction
    day: int


@dataclass(frozen=True)
class Rates:
    """All rates that count on one day. Without one of its own a pair goes through `base`, the
    portal's currency, else through one other currency."""

    quotes: Mapping[Codes, Quote]
    base: str
    today: int

    def between(self, source: str, target: str) -> Worth | None:
        """None if no rate is known: a missing rate never counts as 1:1."""
        if source == target:
            return Worth(Fraction(1), self.today)
        return (
            self._known(source, target)
            or self._through(self.base, source, target)
            or self._through_another(source, target)
        )

    def _through(self, middle: str, source: str, target: str) -> Worth | None:
        there, on = self._known(source, middle), self._known(middle, target)
        if there is None or on is None:
            return None
        return Worth(there.factor * on.factor, min(there.day, on.day))

    def _through_another(self, source: str, target: str) -> Worth | None:
        """By way of the currency whose older rate is the newest, of those the first by its code.

        The rates of a portal that changed its currency lead through the one it had before.
        """
        both = self._partners.get(source, set()) & self._partners.get(target, set())
        found = [worth for each in sorted(both) if (worth := self._through(each, source, target))]
        return max(found, key=lambda worth: worth.day, default=None)

    @cached_property
    def _partners(self) -> Mapping[str, set[str]]:
        """Of each currency those that it has a rate with, in either direction."""
        partners: dict[str, set[str]] = {}
        for source, target in self.quotes:
            partners.setdefault(source, set()).add(target)
            partners.setdefault(target, set()).add(source)
        return partners

    def _known(self, source: str, target: str) -> Worth | None:
        """The rate of the pair, or of the opposite pair if that is newer."""
        direct, opposite = self.quotes.get((source, target)), self.quotes.get((target, source))
        if direct is not None and (opposite is None or opposite.day <= direct.day):
            return Worth(Fraction(direct.rate, UNIT), direct.day)
        if opposite is not None:
            return Worth(Fraction(UNIT, opposite.rate), opposite.day)
        return None


def day_of(moment: int, zone: tzinfo) -> int:
    """The day of a moment (microseconds UTC) in the calendar of `zone`."""
    return ((_EPOCH + timedelta(microseconds=moment)).astimezone(zone).date() - _EPOCH.date()).days


def start_of(day: int, zone: tzinfo) -> int:
    """The first moment of a day in `zone`, in microseconds UTC."""
    midnight = datetime.combine(_EPOCH.date() + timedelta(days=day), time(), zone)
    return (midnight - _EPOCH) // timedelta(microseconds=1)


def rounded(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    nearest = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -nearest if value < 0 else nearest


def demand_rate(rate: int | None, *, within: str = "") -> int:
    """The rate that was sent; `within` names a list item. Raises Invalid if there is none."""
    # differs: the reference takes an absent rate as 0, which ends the pair.
    if rate is None:
        raise Invalid(f"{within}rate", "is required; 0 ends the pair")
    return rate


def demand_pair(source: str, target: str, *, known: Container[str], within: str = "") -> None:
    """Two different currencies, exactly as the catalogue spells them. Raises Invalid."""
    for parameter, code in ((f"{within}fromCurrency", source), (f"{within}toCurrency", target)):
        if not code:
            raise Invalid(parameter, "must be a currency such as EUR: see crm/settings/currency")
        if code not in known:
            listed = "must be one of GET crm/settings/currency, in capital letters"
            raise Invalid(parameter, listed, f"Unknown currency: {source},{target}")
    if source == target:
        # differs: the reference keeps a rate of a currency to itself.
        raise Invalid(f"{within}toCurrency", f"must differ from fromCurrency, {source}")

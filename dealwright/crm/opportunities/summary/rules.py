"""What a set of opportunities is worth: exact, rounded only for output.

Amounts are in 1/10 000 of a unit. A weighted amount is the amount times the success probability.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

BILLION = 10**9


class Group(NamedTuple):
    """Opportunities of the same stage, currency, periods and probability.

    Their amounts, each paid `periods` times, add up to `billions` · 10⁹ + `rest`.
    """

    stage_id: int
    currency: str
    periods: int
    probability: int
    number: int
    billions: int
    rest: int

    @property
    def amount(self) -> int:
        return (self.billions * BILLION + self.rest) * self.periods

    @property
    def weighted(self) -> Fraction:
        return Fraction(self.amount * self.probability, 100)


class Sum(NamedTuple):
    """What the opportunities of one currency are worth."""

    plain: int = 0
    weighted: Fraction = Fraction(0)


class Sums(NamedTuple):
    """The number of opportunities, and their worth in each currency."""

    number: int
    by_currency: Mapping[str, Sum]


class Converted(NamedTuple):
    """The same, in one currency."""

    plain: Fraction
    weighted: Fraction


def add_up(groups: Iterable[Group]) -> Sums:
    """Adds groups up, by currency code."""
    number = 0
    plain: defaultdict[str, int] = defaultdict(int)
    weighted: defaultdict[str, Fraction] = defaultdict(Fraction)
    for group in groups:
        number += group.number
        plain[group.currency] += group.amount
        weighted[group.currency] += group.weighted
    return Sums(number, {code: Sum(plain[code], weighted[code]) for code in sorted(plain)})


def convert(sums: Mapping[str, Sum], factors: Mapping[str, Fraction]) -> Converted:
    """Converts the sums into one currency, without the currencies that have no factor."""
    known = [(each, factors[code]) for code, each in sums.items() if code in factors]
    return Converted(
        sum((each.plain * factor for each, factor in known), Fraction(0)),
        sum((each.weighted * factor for each, factor in known), Fraction(0)),
    )

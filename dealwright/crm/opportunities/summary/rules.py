"""What the opportunities of a filter are worth: exact, and rounded only when it is shown.

Amounts are 1/10 000 of a unit; a weighted amount counts as far as its opportunity is probable.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

BILLION = 10**9


class Group(NamedTuple):
    """What opportunities that are alike in these things have together.

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
    """What opportunities of one currency are worth."""

    plain: int = 0
    weighted: Fraction = Fraction(0)


class Sums(NamedTuple):
    """How many opportunities there are, and what they are worth in each currency."""

    number: int
    by_currency: Mapping[str, Sum]


class Converted(NamedTuple):
    """The same in one currency."""

    plain: Fraction
    weighted: Fraction


def added(groups: Iterable[Group]) -> Sums:
    """Everything together, currencies by their codes."""
    number = 0
    plain: defaultdict[str, int] = defaultdict(int)
    weighted: defaultdict[str, Fraction] = defaultdict(Fraction)
    for group in groups:
        number += group.number
        plain[group.currency] += group.amount
        weighted[group.currency] += group.weighted
    return Sums(number, {code: Sum(plain[code], weighted[code]) for code in sorted(plain)})


def converted(sums: Mapping[str, Sum], factors: Mapping[str, Fraction]) -> Converted:
    """In one currency, without the currencies that have no factor."""
    known = [(each, factors[code]) for code, each in sums.items() if code in factors]
    return Converted(
        sum((each.plain * factor for each, factor in known), Fraction(0)),
        sum((each.weighted * factor for each, factor in known), Fraction(0)),
    )

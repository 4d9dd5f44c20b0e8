"""What an invoice adds up to, exactly: money is 1/10 000 of a unit, rounded to cents.

The rounding is that of the reference, half to even: of each line first its amount, then its
discount, then each tax of what is left; the total is the sum. Two taxes of a line are both counted
on the same net amount.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

CENT = 100  # 1/10 000
_UNIT = 10_000
_PERCENT = 100 * _UNIT


class Priced(Protocol):
    """The numbers of a line: quantity, price, percentages, all in 1/10 000."""

    @property
    def quantity(self) -> int: ...
    @property
    def price(self) -> int: ...
    @property
    def discount(self) -> int: ...
    @property
    def tax1_rate(self) -> int: ...
    @property
    def tax2_rate(self) -> int: ...


class LineTotal(NamedTuple):
    """A line after its discount, and its two taxes."""

    net: int
    tax1: int
    tax2: int

    @property
    def total(self) -> int:
        return self.net + self.tax1 + self.tax2


def line_total(line: Priced) -> LineTotal:
    amount = _rounded(line.quantity * line.price, _UNIT)
    net = amount - _rounded(amount * line.discount, _PERCENT)
    return LineTotal(
        net, _rounded(net * line.tax1_rate, _PERCENT), _rounded(net * line.tax2_rate, _PERCENT)
    )


def invoice_total(lines: Iterable[Priced]) -> int:
    return sum(line_total(line).total for line in lines)


def net_total(lines: Sequence[Priced]) -> int:
    """The sum of the lines before taxes."""
    return sum(line_total(line).net for line in lines)


def _rounded(number: int, divisor: int) -> int:
    """`number / divisor` to whole cents, half to even."""
    step = divisor * CENT
    cents, rest = divmod(number, step)
    if 2 * rest > step or (2 * rest == step and cents % 2):
        cents += 1
    return cents * CENT

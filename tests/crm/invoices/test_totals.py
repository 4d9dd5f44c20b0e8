"""The total of an invoice against exact fractions, rounded half to even as the reference does."""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright.crm.invoices.totals import invoice_total, line_total, net_total


@dataclass(frozen=True)
class Numbers:
    quantity: int
    price: int
    discount: int
    tax1_rate: int
    tax2_rate: int


def amounts(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most * 10_000)


LINES = st.lists(
    st.builds(
        Numbers,
        quantity=amounts(1000),
        price=amounts(100_000),
        discount=amounts(100),
        tax1_rate=st.integers(-100 * 10_000, 100 * 10_000),
        tax2_rate=amounts(100),
    ),
    max_size=5,
)


def cents(value: Fraction) -> Fraction:
    """Python rounds fractions half to even."""
    return Fraction(round(value * 100), 100)


def exact(line: Numbers) -> tuple[Fraction, Fraction, Fraction]:
    quantity, price, discount, one, two = (
        Fraction(number, 10_000)
        for number in (line.quantity, line.price, line.discount, line.tax1_rate, line.tax2_rate)
    )
    amount = cents(quantity * price)
    net = amount - cents(amount * discount / 100)
    return net, cents(net * one / 100), cents(net * two / 100)


@given(LINES)
def test_totals_are_those_of_exact_fractions(lines: list[Numbers]):
    for each in lines:
        assert tuple(Fraction(part, 10_000) for part in line_total(each)) == exact(each)
    assert Fraction(invoice_total(lines), 10_000) == sum(sum(exact(each)) for each in lines)
    assert Fraction(net_total(lines), 10_000) == sum(exact(each)[0] for each in lines)


def test_half_cents_go_to_the_even_neighbour():
    half = [Numbers(10_000, price, 0, 0, 0) for price in (10_050, 10_150, 10_250)]
    assert [line_total(each).net for each in half] == [10_000, 10_200, 10_200]

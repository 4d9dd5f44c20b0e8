from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright.crm.opportunities.summary.rules import Group, add_up, convert

groups = st.builds(
    Group,
    stage_id=st.integers(1, 3),
    currency=st.sampled_from(["EUR", "JPY", "USD"]),
    periods=st.integers(0, 2**31 - 1),
    probability=st.integers(0, 100),
    number=st.integers(1, 10**6),
    billions=st.integers(-(10**15), 10**15),
    rest=st.integers(0, 10**15),
)


def group(currency: str = "USD", amount: int = 0, *, periods: int = 1, probability: int = 100):
    return Group(1, currency, periods, probability, 1, *divmod(amount, 10**9))


def test_amount_counts_once_for_each_period():
    assert add_up([group(amount=15_000, periods=12)]).by_currency["USD"].plain == 180_000


def test_amount_is_weighted_by_its_own_probability():
    sums = add_up([group(amount=10, probability=25), group(amount=10, probability=50)])
    assert sums.by_currency["USD"].weighted == Fraction(75, 10)


def test_amounts_beyond_64_bits_stay_exact():
    largest = 922_337_203_685_477 * 10**4
    sums = add_up([group(amount=largest, periods=2**31 - 1)] * 1000)
    assert sums.by_currency["USD"].plain == largest * (2**31 - 1) * 1000


def test_negative_amounts_are_subtracted():
    assert add_up([group(amount=5), group(amount=-7)]).by_currency["USD"].plain == -2


def test_currencies_are_sorted_by_code():
    sums = add_up([group("USD"), group("EUR"), group("JPY")])
    assert [*sums.by_currency] == ["EUR", "JPY", "USD"]


def test_currency_without_a_rate_is_left_out_of_the_conversion():
    sums = add_up([group("USD", 10), group("XAF", 10**9)]).by_currency
    assert convert(sums, {"USD": Fraction(3)}).plain == 30


@given(st.lists(groups, max_size=30))
def test_parts_add_up_to_the_whole(listed: list[Group]):
    factors = {"EUR": Fraction(11, 10), "JPY": Fraction(1, 150), "USD": Fraction(1)}
    whole = add_up(listed)
    parts = [add_up(each for each in listed if each.stage_id == stage) for stage in (1, 2, 3)]
    assert whole.number == sum(part.number for part in parts)
    together = [convert(part.by_currency, factors) for part in parts]
    expected = convert(whole.by_currency, factors)
    assert expected.plain == sum(part.plain for part in together)
    assert expected.weighted == sum(part.weighted for part in together)

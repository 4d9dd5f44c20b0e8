from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.errors import Invalid
from dealwright.portal.rates.rules import (
    UNIT,
    Quote,
    Rates,
    day_of,
    demand_pair,
    demand_rate,
    rounded,
    start_of,
)

TODAY = 20_000
HOUR = 3_600_000_000


def table(base: str, **given: str) -> Rates:
    """`table("RUB", USD_RUB="90.5")`, all of today; `_9` at the end of a name is nine days ago."""
    quotes = {}
    for number, (name, text) in enumerate(given.items(), 1):
        source, target, *ago = name.split("_")
        day = TODAY - int(ago[0] if ago else 0)
        rate = int(Fraction(text) * UNIT)
        quotes[source, target] = Quote(number, source, target, rate, day)
    return Rates(quotes, base, TODAY)


def factor(rates: Rates, source: str, target: str) -> Fraction | None:
    worth = rates.between(source, target)
    return None if worth is None else worth.factor


def test_a_rate_is_units_of_the_second_currency_for_one_of_the_first():
    assert factor(table("RUB", USD_RUB="90.123456789"), "USD", "RUB") == Fraction(
        90_123_456_789, UNIT
    )


def test_the_opposite_pair_serves_as_well_and_exactly():
    assert factor(table("USD", USD_JPY="150"), "JPY", "USD") == Fraction(1, 150)


def test_others_go_through_the_currency_of_the_portal():
    rates = table("RUB", USD_RUB="90", JPY_RUB="0.6")
    assert factor(rates, "JPY", "USD") == Fraction(1, 150)
    assert factor(rates, "USD", "JPY") == 150


def test_else_one_other_currency_is_gone_through():
    rates = table("RUB", USD_EUR="0.9", EUR_GBP="0.8")
    assert factor(rates, "USD", "GBP") == Fraction(72, 100)
    assert factor(rates, "GBP", "USD") == Fraction(100, 72)
    assert factor(table("RUB", USD_EUR="0.9", EUR_GBP="0.8", GBP_JPY="190"), "USD", "JPY") is None


def test_of_several_ways_the_one_with_the_newest_rates_counts():
    rates = table(
        "RUB", USD_EUR_5="0.5", EUR_GBP="0.5", USD_CHF_1="1", CHF_GBP_2="0.7", JPY_USD="1"
    )
    assert rates.between("USD", "GBP") == (Fraction(7, 10), TODAY - 2)
    tie = table("RUB", USD_EUR="0.5", EUR_GBP="0.5", USD_CHF="1", CHF_GBP="0.7")
    assert factor(tie, "USD", "GBP") == Fraction(7, 10)


def test_the_currency_of_the_portal_goes_before_any_other():
    rates = table("RUB", USD_RUB_9="90", RUB_GBP_9="0.01", USD_EUR="1", EUR_GBP="1")
    assert factor(rates, "USD", "GBP") == Fraction(9, 10)


def test_without_a_rate_nothing_is_known_and_never_one_to_one():
    assert factor(table("USD"), "EUR", "USD") is None
    assert factor(table("USD", EUR_USD="1.1"), "EUR", "GBP") is None


def test_a_currency_is_worth_itself_without_any_rate():
    assert factor(table("USD"), "EUR", "EUR") == 1


@pytest.mark.parametrize(
    ("direct", "opposite", "expected"),
    [
        ("EUR_USD", "USD_EUR_1", Fraction(2)),
        ("EUR_USD_1", "USD_EUR", Fraction(4)),
        ("EUR_USD", "USD_EUR", Fraction(2)),
    ],
)
def test_of_a_pair_and_its_opposite_the_newer_counts(
    direct: str, opposite: str, expected: Fraction
):
    rates = table("USD", **{direct: "2", opposite: "0.25"})
    assert factor(rates, "EUR", "USD") == expected


def test_a_way_of_several_rates_is_as_old_as_its_oldest():
    rates = table("RUB", USD_RUB_3="90", EUR_RUB_8="100")
    worth = rates.between("USD", "EUR")
    assert worth is not None
    assert worth.day == TODAY - 8


@given(
    amount=st.integers(-(10**18), 10**18),
    there=st.integers(1, 10**18 - 1),
    back=st.integers(1, 10**18 - 1),
)
def test_a_way_and_back_gives_the_same_amount(amount: int, there: int, back: int):
    quotes = {
        ("USD", "RUB"): Quote(1, "USD", "RUB", there, TODAY),
        ("EUR", "RUB"): Quote(2, "EUR", "RUB", back, TODAY),
    }
    rates = Rates(quotes, "RUB", TODAY)
    away, home = factor(rates, "USD", "EUR"), factor(rates, "EUR", "USD")
    assert away is not None
    assert home is not None
    assert amount * away * home == amount


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(10**30 * 2 + 1, 2), 10**30 + 1),
    ],
)
def test_halves_are_rounded_away_from_zero(value: Fraction, expected: int):
    assert rounded(value) == expected


def test_the_day_is_the_calendars_of_the_zone():
    before_midnight = 23 * HOUR  # of 1970-01-01 in UTC
    assert day_of(before_midnight, ZoneInfo("UTC")) == 0
    assert day_of(before_midnight, ZoneInfo("Europe/Moscow")) == 1
    assert day_of(0, ZoneInfo("America/New_York")) == -1


@given(st.integers(-20_000, 80_000), st.sampled_from(["UTC", "Europe/Moscow", "America/Havana"]))
def test_a_day_starts_on_itself(day: int, zone: str):
    assert day_of(start_of(day, ZoneInfo(zone)), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("", "USD", "fromCurrency must be a currency"),
        ("USD", "", "toCurrency must be a currency"),
        ("usd", "EUR", "Unknown currency: usd,EUR: fromCurrency must be one of"),
        ("USD", "XYZ", "Unknown currency: USD,XYZ: toCurrency must be one of"),
        ("USD", "USD", "toCurrency must differ from fromCurrency, USD"),
    ],
)
def test_a_pair_is_two_different_known_currencies(source: str, target: str, told: str):
    with pytest.raises(Invalid, match=told):
        demand_pair(source, target, known=("EUR", "USD"))


def test_an_absent_rate_is_not_a_rate_of_zero():
    with pytest.raises(Invalid, match="rate is required; 0 ends the pair"):
        demand_rate(None)
    assert demand_rate(0) == 0

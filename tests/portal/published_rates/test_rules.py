from datetime import date
from fractions import Fraction

import pytest

from dealwright.errors import Invalid
from dealwright.portal.published_rates.rules import european, kept, russian, table

KNOWN = ("CHF", "EUR", "JPY", "RUB", "USD")
DAY = (date(2024, 3, 1) - date(1970, 1, 1)).days
EUROPEAN = european("2024-03-01", [("USD", "1.0811"), ("JPY", "162.71"), ("XTS", "5")])
RUSSIAN = russian("01.03.2024", [("USD", "1", "90,8423"), ("JPY", "100", "60,6207")])


def rates(published: object, base: str) -> dict[tuple[str, str], int]:
    found = kept([published], base=base, known=KNOWN)  # type: ignore[list-item]
    assert {day for _, day in found} <= {DAY}
    return {pair: rate for (pair, _), rate in found.items()}


def test_rates_against_the_portals_own_currency_are_kept_as_published():
    assert rates(EUROPEAN, "EUR") == {
        ("EUR", "USD"): 1_081_100_000,
        ("EUR", "JPY"): 162_710_000_000,
    }
    assert rates(RUSSIAN, "RUB") == {("USD", "RUB"): 90_842_300_000, ("JPY", "RUB"): 606_207_000}


def test_portal_in_another_currency_has_all_amounts_in_it():
    found = rates(EUROPEAN, "USD")
    assert found["EUR", "USD"] == 1_081_100_000
    assert found["JPY", "USD"] == round(Fraction("1.0811") / Fraction("162.71") * 10**9)
    assert ("RUB", "USD") not in found


def test_a_bank_that_does_not_know_the_portals_currency_is_refused():
    with pytest.raises(Invalid, match="a rate of the portal's currency, CHF"):
        rates(EUROPEAN, "CHF")


def test_the_table_of_the_european_bank_is_read():
    text = "Date,USD,JPY,\r\n2024-03-01,1.0811,162.71,\r\n2024-02-29,N/A,161.9,\r\n"
    first, second = table(text)
    assert first.day == date(2024, 3, 1)
    assert first.rates == {
        ("EUR", "USD"): Fraction("1.0811"),
        ("EUR", "JPY"): Fraction("162.71"),
    }
    assert second.rates == {("EUR", "JPY"): Fraction("161.9")}


def test_the_table_of_one_day_names_its_month():
    (only,) = table("Date, USD, \n01 March 2024, 1.0811, \n")
    assert only.day == date(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2",
        "Date,USD\n2024-13-01,1",
        "Date,USD\n2024-03-01,one",
        "Date,USD\n2024-03-01,0",
    ],
)
def test_what_is_not_such_a_table_is_refused(text: str):
    with pytest.raises(Invalid, match="file must"):
        [*table(text)]

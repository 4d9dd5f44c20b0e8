"""Amounts and days as people type them."""

from zoneinfo import ZoneInfo

import pytest

from dealwright.crm.opportunities.cards import typed
from dealwright.errors import Invalid


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("12000", 12000),
        ("12 000", 12000),
        ("12\u202f000,50", 12000.5),
        ("12,000", 12000),
        ("12,000.50", 12000.5),
        ("12.000,50", 12000.5),
        ("1.234.567", 1234567),
        ("0,5", 0.5),
        ("99.9999", 99.9999),
        ("12’000", 12000),
    ],
)
def test_amount_is_read_in_any_usual_form(text: str, units: float):
    assert typed.amount(text) == round(units * 10_000)


@pytest.mark.parametrize("text", ["", "abc", "-5", "1e9", "12k", "1" * 41, "9" * 16, "1,2x"])
def test_what_is_no_amount_is_refused_by_its_field(text: str):
    with pytest.raises(Invalid) as refused:
        typed.amount(text, field="price")
    assert "price" in str(refused.value)


def test_day_begins_at_midnight_of_the_zone():
    berlin = ZoneInfo("Europe/Berlin")
    assert typed.day("2026-12-24", berlin, field="closed") == 1798066800 * 1_000_000


def test_what_is_no_day_is_refused():
    with pytest.raises(Invalid):
        typed.day("2026-11-31", ZoneInfo("UTC"), field="closed")

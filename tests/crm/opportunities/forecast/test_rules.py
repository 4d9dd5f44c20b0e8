"""Which columns a forecast has, and the day that a card gets in one of them."""

from datetime import UTC, date
from itertools import pairwise

import pytest

from dealwright.crm.opportunities.forecast.rules import buckets, month_of, redated
from dealwright.errors import Invalid

TODAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("key", "before", "day"),
    [
        ("2027-01", date(2026, 5, 31), date(2027, 1, 31)),
        ("2027-02", date(2026, 5, 31), date(2027, 2, 28)),
        ("2027-02", None, date(2027, 2, 28)),
        ("2026-12", date(2026, 5, 3), TODAY),
        ("2026-12", date(2026, 5, 20), date(2026, 12, 20)),
        ("none", date(2026, 5, 20), None),
    ],
)
def test_card_keeps_its_day_of_the_month(key: str, before: date | None, day: date | None):
    assert redated(key, before, TODAY) == day


@pytest.mark.parametrize("key", ["past", "later", "", "2026", "2026-13", "1999-01", "2026-1x"])
def test_column_that_takes_no_cards_is_refused(key: str):
    with pytest.raises(Invalid):
        redated(key, None, TODAY)


@pytest.mark.parametrize("month", ["", "2027-03", "2026-01"])
def test_every_moment_lies_in_one_column(month: str):
    columns = buckets(month_of(month, TODAY), 5, TODAY, UTC)
    assert [each.key for each in columns][-2:] == ["later", "none"]
    assert len(columns) == 8
    dated = [each for each in columns[:-1] if each.since < each.until]
    assert all(a.until == b.since for a, b in pairwise(dated))
    assert columns[-1].until == dated[0].since

"""Which months an insight covers, and what follows from its counts."""

from datetime import UTC, date
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dealwright.crm.insight.charts import Series, drawn
from dealwright.crm.insight.rules import DAY_SECONDS, months, span_of, velocity
from dealwright.errors import Invalid


def test_months_follow_one_another_in_the_zone_of_the_portal():
    found = months(date(2027, 1, 31), 12, ZoneInfo("Asia/Almaty"))
    assert [found[0].first, found[-1].last] == [date(2026, 2, 1), date(2027, 1, 31)]
    assert all(a.until == b.since for a, b in pairwise(found))
    assert months(date(2027, 1, 1), 1, UTC)[0].since - found[-1].since == 5 * 3600 * 1_000_000


@pytest.mark.parametrize("text", ["0", "13", "-3", "012", "x"])
def test_other_periods_are_refused(text: str):
    with pytest.raises(Invalid, match="months"):
        span_of(text)


def test_velocity_is_what_is_won_in_thirty_days():
    worth = velocity(10, 1, 1, Fraction(600), 60.0 * DAY_SECONDS)
    assert worth == 10 * Fraction(1, 2) * 600 / 60 * 30
    assert velocity(10, 0, 5, Fraction(0), None) == 0
    assert velocity(1, 1, 0, Fraction(5), 1.0) == 150


@pytest.mark.parametrize("highest", [0, 1, 7, 399, 24_999, 100_000, 10.0**15])
def test_axis_is_round_and_holds_every_amount(highest: float):
    columns = drawn([Series("May", [("won", highest, "", "")], target=highest / 2)])
    assert 2 <= len(columns.ticks) <= 6
    assert columns.ticks[-1].amount >= highest
    pillar = columns.columns[0].pillars[0]
    assert pillar.y >= columns.ticks[-1].y and pillar.height >= 0

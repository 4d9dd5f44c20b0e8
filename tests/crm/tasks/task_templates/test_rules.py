"""The deadlines of templates, and the records that they fit."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dealwright.crm.tasks.task_templates.rules import EntityType, Template, deadline, demand_fit
from dealwright.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 36_000_000_000  # ticks
DAY = 24 * HOUR


def template(ticks: int, *, is_fixed: bool) -> Template:
    return Template(
        container_id=1,
        title="T",
        description="",
        responsible_id=None,
        category_id=1,
        is_notify=False,
        offset_ticks=ticks,
        deadline_is_fixed=is_fixed,
    )


def moment(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type, misc]


def test_offset_counts_from_the_moment():
    due = deadline(template(DAY + HOUR, is_fixed=False), start=moment(2024, 1, 1, 10), zone=BERLIN)
    assert due == moment(2024, 1, 2, 11)


def test_fixed_deadline_is_a_time_of_day_in_the_zone():
    # In Berlin it is the second of January already, and nine o'clock is eight in UTC.
    start = moment(2024, 1, 1, 23, 30)
    fixed = template(2 * DAY + 9 * HOUR, is_fixed=True)
    assert deadline(fixed, start=start, zone=BERLIN) == moment(2024, 1, 4, 8)


def test_fixed_deadline_keeps_its_time_of_day_when_clocks_change():
    start = moment(2024, 3, 30, 12)  # the night after, clocks went forward
    fixed = template(DAY + 9 * HOUR, is_fixed=True)
    assert deadline(fixed, start=start, zone=BERLIN) == moment(2024, 3, 31, 7)


def test_offset_may_be_negative():
    due = deadline(template(-DAY, is_fixed=False), start=moment(2024, 1, 2), zone=BERLIN)
    assert due == moment(2024, 1, 1)


def test_deadline_outside_of_the_api_range_is_refused():
    with pytest.raises(Invalid, match="start"):
        deadline(template(9 * DAY, is_fixed=False), start=moment(2200, 12, 31), zone=UTC)


@pytest.mark.parametrize(
    ("kind", "is_company", "fits"),
    [
        (EntityType.COMPANY, True, True),
        (EntityType.COMPANY, False, False),
        (EntityType.PERSON, True, False),
        (EntityType.PERSON, False, True),
        (EntityType.CONTACT, True, True),
        (EntityType.CONTACT, False, True),
        (EntityType.OPPORTUNITY, True, True),
    ],
)
def test_template_fits_its_type(kind: EntityType, is_company: bool, fits: bool):
    if fits:
        demand_fit(kind, is_company=is_company)
    else:
        with pytest.raises(Invalid):
            demand_fit(kind, is_company=is_company)

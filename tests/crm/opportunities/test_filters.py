"""Which list requests are cheap, and which SQLite should run in a reader thread."""

from typing import Any

import pytest

from dealwright.crm.opportunities.filters import WALKED, Filter, is_heavy
from dealwright.crm.opportunities.queries import SORTS
from dealwright.portal.stages.rules import StageType
from dealwright.wire.paging import Paging
from dealwright.wire.values import EMPTY_GUID

SOMEBODY = "00000000-0000-0000-0000-000000000001"
PAGE: dict[str, Any] = {"count": 25}


@pytest.mark.parametrize(
    ("params", "paging"),
    [
        ({}, PAGE),
        ({}, {**PAGE, "sort_by": "created", "descending": True}),
        ({}, {**PAGE, "start_index": 500, "sort_by": "bidvalue"}),
        ({"responsible_id": EMPTY_GUID}, PAGE),
        ({"responsible_id": SOMEBODY}, {**PAGE, "filter_value": "word", "sort_by": "created"}),
        ({"responsible_id": SOMEBODY, "opportunity_stages_id": 3}, PAGE),
        ({"contact_id": 5, "contact_also_is_participant": True}, {**PAGE, "sort_by": "bidtype"}),
    ],
)
def test_small_page_by_an_index_is_cheap(params: dict[str, Any], paging: dict[str, Any]) -> None:
    assert not is_heavy(Filter(**params), Paging(**paging))


@pytest.mark.parametrize(
    ("params", "paging"),
    [
        ({}, {}),
        ({}, {"count": 101}),
        ({}, {**PAGE, "start_index": 5000}),
        ({}, {**PAGE, "sort_by": "bidcurrency"}),
        ({}, {**PAGE, "filter_value": "word"}),
        ({"opportunity_stages_id": 3}, PAGE),
        ({"stage_type": StageType.OPEN}, PAGE),
        ({"tags": ["one"]}, PAGE),
        ({"from_date": 1}, PAGE),
        ({"responsible_id": SOMEBODY}, {"count": 1000}),
        ({"responsible_id": EMPTY_GUID, "opportunity_stages_id": 3}, PAGE),
    ],
)
def test_large_scans_and_large_pages_are_heavy(
    params: dict[str, Any], paging: dict[str, Any]
) -> None:
    assert is_heavy(Filter(**params), Paging(**paging))


def test_sort_keys_of_the_indexes_exist() -> None:
    assert set(WALKED) - {""} < set(SORTS)

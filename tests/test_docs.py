"""The documents agree with the code."""

import re
from pathlib import Path

import pytest

from dealwright.app import routes
from dealwright.crm.pending import PENDING
from tests import endpoints

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

# How many routes are not built yet. Lower it when you build one.
PENDING_AT_MOST = 43


def test_the_endpoint_table_is_the_declared_one():
    payload = endpoints.TABLE.read_text(encoding="utf-8")
    assert payload == endpoints.text(), "run: .venv-dev/bin/python -m tests.endpoints"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [each for each in targets if not (page.parent / each).exists()] == []


def test_the_pending_routes_stand_in_one_list_that_only_shrinks():
    waiting = {(each.method, each.template) for each in routes().routes if each.is_pending}
    assert waiting == {(each.method, each.template) for part in PENDING for each in part.list}
    assert len(waiting) <= PENDING_AT_MOST

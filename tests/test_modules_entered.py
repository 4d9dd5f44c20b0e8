"""The way of a request through the package does not grow longer unnoticed."""

import pytest

from tests.modules_entered import way_of_put
from tests.running import Portal

MODULES, CROSSINGS = 56, 140  # on SQLite, with the thread that writes; they may only fall


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_way_of_a_changed_opportunity_is_no_longer_than_it_was(portal: Portal) -> None:
    way = way_of_put(portal.fresh())
    assert "crm/opportunities/actions.py" in way.modules
    assert "storage/engines/sqlite_writer.py" in way.modules  # the other thread is watched too
    assert len(way.modules) <= MODULES, sorted(way.modules)
    assert sum(way.crossings.values()) <= CROSSINGS

"""A portal whose people are listed only by these tests."""

from collections.abc import Iterator

import pytest

from tests.running import Portal


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, Portal]]:
    portals: dict[str, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@pytest.fixture
def portal(portal: Portal, kept: dict[str, Portal]) -> Portal:
    """One for the tests of a module, on each database."""
    if portal.database not in kept:
        kept[portal.database] = portal.kept()
    return kept[portal.database]

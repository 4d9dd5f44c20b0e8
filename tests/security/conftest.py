"""A portal for each module of attacks and each database, so that no attack meets another's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.running import Portal


@pytest.fixture(scope="module")
def places() -> "Iterator[dict[str, Portal]]":
    made: dict[str, Portal] = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def place(portal: "Portal", places: "dict[str, Portal]") -> "Portal":
    """A portal of this module alone, whatever is done to it."""
    if portal.database not in places:
        places[portal.database] = portal.kept()
    return places[portal.database]

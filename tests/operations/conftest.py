"""Portals without a server: just founded, or filled by the invented team, on both databases."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.operations.demo.portals import Ground, ground_of
from tests.running import Databases, PostgresDatabases, SQLiteFiles


@pytest.fixture(scope="session")
def filled_grounds() -> dict[str, Ground]:
    """By database system. Filling one takes seconds, so each is made once and kept."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    filled_grounds: dict[str, Ground],
) -> Ground:
    system: str = request.param
    if system not in filled_grounds:
        directory = tmp_path_factory.mktemp("demo")
        databases: Databases = SQLiteFiles(directory)
        if system == "postgresql":
            databases = PostgresDatabases(postgres.start(directory / "data"))
        filled_grounds[system] = ground_of(databases)
    return filled_grounds[system]


@pytest.fixture
def filled(ground: Ground) -> Iterator[str]:
    """The address of a filled portal of the test's own."""
    address = ground.databases.copy(ground.filled)
    yield address
    ground.databases.drop(address)


@pytest.fixture
def founded(ground: Ground) -> Iterator[str]:
    """The address of a portal with only its owner."""
    address = ground.databases.copy(ground.founded)
    yield address
    ground.databases.drop(address)

"""A small world of its own for the tests of the SQL machinery, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from sqlalchemy import create_engine

from dealwright.storage.engines.engine import Database
from dealwright.storage.engines.opening import open_database
from tests import postgres
from tests.storage.world import as_sql, metadata

Result = TypeVar("Result")
Scene = Callable[[Database], Awaitable[Result]]
Play = Callable[[Scene[Result]], Result]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> str:
    return postgres.start(tmp_path_factory.mktemp("postgres") / "data")


@pytest.fixture(scope="session")
def template(server: str) -> str:
    address = postgres.fresh_database(server)

    async def make() -> None:
        connection = await asyncpg.connect(address)
        await connection.execute(as_sql("postgresql", metadata))
        await connection.close()

    asyncio.run(make())
    return postgres.name_of(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with the tables of the world."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_address")
    else:
        yield request.getfixturevalue("postgresql_address")


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/world.db"
    engine = create_engine(address)
    metadata.create_all(engine)
    engine.dispose()
    return address


@pytest.fixture
def postgresql_address(server: str, template: str) -> Iterator[str]:
    address = postgres.fresh_database(server, template=template)
    yield address
    postgres.drop_database(address)


@pytest.fixture
def play(address: str) -> Play[Result]:
    """Opens the database, plays the scene with it, closes it."""
    return lambda scene: perform(address, scene)


def perform(address: str, scene: Scene[Result]) -> Result:
    async def whole() -> Result:
        database = await open_database(address, metadata=metadata)
        try:
            return await scene(database)
        finally:
            await database.close()

    return asyncio.run(whole())

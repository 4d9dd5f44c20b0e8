"""A portal that was just founded and one that the invented team has filled, without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar

from dealwright import app
from dealwright.operations.demo.actions import fill
from dealwright.settings import Settings, read
from dealwright.storage.engines.engine import Session
from dealwright.storage.engines.opening import open_database
from dealwright.storage.statements.statement import Statement
from tests.running import Databases

NOW = 1_772_881_200_000_000  # 7 March 2026, 11:00 UTC: a Saturday
HOUR = 3_600_000_000
Result = TypeVar("Result")
PASSWORD = "a password for tests only"
_FILES = TemporaryDirectory()  # each portal has its own folder there
Job = Callable[[Session], Awaitable[Result]]


class Ground(NamedTuple):
    """Templates: copy them, never change them."""

    databases: Databases
    founded: str
    filled: str
    told: str  # what filling it said


def ground_of(databases: Databases) -> Ground:
    founded = found(databases)
    filled = databases.copy(founded)
    return Ground(databases, founded, filled, play(filled, NOW))


def found(databases: Databases, **settings: str) -> str:
    address = databases.empty()
    asyncio.run(app.prepare(settings_of(address, **settings)))
    return address


def settings_of(address: str, **settings: str) -> Settings:
    payload = {"database": address, "files": _FILES.name, "owner_password": PASSWORD, **settings}
    return read(payload, {})


def play(address: str, now: int, **settings: str) -> str:
    """Fills the portal; what that says."""
    known = settings_of(address, **settings)
    return run(address, lambda session: fill(session, known, now=now), writes=True)


def run(address: str, job: Job[Result], *, writes: bool = False) -> Result:
    async def whole() -> Result:
        database = await open_database(address)
        try:
            if writes:
                return await database.write(job, transaction=True)
            return await database.read(job)
        finally:
            await database.close()

    return asyncio.run(whole())


def rows(address: str, query: Any, **values: object) -> list[tuple[Any, ...]]:
    return run(address, lambda session: session.fetch(Statement(query), values))

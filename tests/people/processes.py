"""A database with the people of a portal and an authenticator, as in a server process, without HTTP
and with its own clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from dealwright.access import ANONYMOUS, Actor, Role
from dealwright.people.sign_in.authenticator import Authenticator
from dealwright.settings import Settings
from dealwright.storage.cache import Cache
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.engines.opening import open_database
from dealwright.storage.files.file_store import Directory
from dealwright.wire.credentials import Credential
from dealwright.wire.exchange import Request
from dealwright.wire.values import moments
from dealwright.work import Work
from tests.running import Portal

T = TypeVar("T")
SECOND = 1_000_000
NOW = (time.time_ns() // 1_000_000_000 + 60) * SECOND  # after the people have signed in
HOME = "192.0.2.1"


class Process:
    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.cache = Cache()
        self.slept: list[float] = []  # seconds that sign-ins would have waited
        self.authenticator = Authenticator(database, self.cache, self._sleep)

    def another_process(self) -> "Process":
        """Another worker process on the same database, that hears nothing of the first."""
        return Process(self.database, self.settings)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def identify(
        self, shown: Credential, *, at: int = NOW, address: str = HOME
    ) -> Actor | None:
        return await self.authenticator.identify(shown, Request("GET", "", client=address), at)

    async def act(
        self,
        action: Callable[..., Awaitable[T]],
        *,
        by: Actor = ANONYMOUS,
        at: int = NOW,
        **inputs: Any,
    ) -> T:
        """Runs a change, and what a process does after it."""
        done: list[Work] = []

        async def job(session: Session) -> T:
            work = Work(
                session,
                by,
                now=at,
                cache=self.cache,
                settings=self.settings,
                moments=moments(self.settings.timezone),
                base_url="http://localhost",
                files=Directory(self.settings.files, "of this house"),
            )
            done[:] = [work]
            return await action(work, **inputs)

        result = await self.database.write(job, transaction=True)
        self.cache.invalidate(done[0].invalidated)
        return result


def run_scenario(portal: Portal, scenario: Callable[[Process], Awaitable[T]]) -> T:
    """Runs a scenario on a copy of the template database."""
    databases = portal.ground.databases
    address = databases.copy(portal.ground.template)

    async def run() -> T:
        database = await open_database(address, connections=3)
        process = Process(database, portal.settings)
        try:
            return await scenario(process)
        finally:
            await process.authenticator.close()
            await database.close()

    try:
        return asyncio.run(run())
    finally:
        databases.drop(address)


def owner(portal: Portal) -> Actor:
    return Actor(portal.id_of("root"), Role.OWNER)

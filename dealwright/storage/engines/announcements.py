"""Announces names from one PostgreSQL process to all, so that each can invalidate its cache. Does
not know what a name means."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from dealwright.storage.engines.connections import Connection
from dealwright.storage.engines.engine import Announced, Unavailable

CHANNEL = "dealwright"


class Listener:
    """Keeps a connection of its own to listen; after a break it connects again and announces ""."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], heard: Announced) -> None:
        self._connect = connect
        self._heard = heard
        self._lost = asyncio.Event()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns once it listens. Raises `Unavailable`."""
        await self._subscribe()
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close(timeout=5)

    async def _keep(self) -> None:
        while True:
            await self._lost.wait()
            await asyncio.sleep(0.5)
            try:
                await self._subscribe()
            except (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                continue
            self._heard("")

    async def _subscribe(self) -> None:
        connection = await self._connect()
        self._lost.clear()
        connection.add_termination_listener(lambda _: self._lost.set())
        await connection.add_listener(CHANNEL, self._hear)
        self._connection = connection

    def _hear(self, connection: object, process: int, channel: str, name: object) -> None:
        self._heard(str(name))

"""A stack of PostgreSQL connections: taken from and put back on a list, replaced when broken.

A request only pays for the list; a pool that resets each connection costs a round trip.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

from dealwright.storage.engines.engine import Unavailable

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


class Connections:
    """At most `size` open at once. Callers wait in turn while all are taken."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], *, size: int) -> None:
        self._connect = connect
        self._size = size
        self._open = 0
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._is_closed = False

    @property
    def open(self) -> int:
        return self._open

    @property
    def waiting(self) -> int:
        """How many callers wait for a connection."""
        return len(self._waiting)

    async def take(self) -> Connection:
        """Raises `Unavailable` when closed or when no connection can be made."""
        while not self._is_closed:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._open -= 1
            if self._open < self._size:
                return await self._new()
            handed = await self._wait()
            if handed is not None:
                return handed
        raise Unavailable("the database is closed")

    def give(self, connection: Connection) -> None:
        """Puts a connection back, unless it is closed or was left within a transaction."""
        if self._is_closed or connection.is_closed() or connection.is_in_transaction():
            self.drop(connection)
        elif not self._hand(connection):
            self._idle.append(connection)

    def drop(self, connection: Connection) -> None:
        """Closes a connection at once; the next caller opens another."""
        connection.terminate()
        self._open -= 1
        self._hand(None)

    async def close(self) -> None:
        """Connections in use are closed when they are put back."""
        self._is_closed = True
        idle, self._idle = self._idle, []
        self._open -= len(idle)
        await asyncio.gather(*(connection.close(timeout=5) for connection in idle))

    async def _new(self) -> Connection:
        self._open += 1
        try:
            return await self._connect()
        except BaseException:
            self._open -= 1
            self._hand(None)
            raise

    async def _wait(self) -> Connection | None:
        """A connection that another caller puts back, or None: look again."""
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            connection = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on(turn.result())
            raise
        if connection is not None and connection.is_closed():
            self._open -= 1
            return None
        return connection

    def _pass_on(self, connection: Connection | None) -> None:
        if connection is None:
            self._hand(None)
        else:
            self.give(connection)

    def _hand(self, connection: Connection | None) -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

"""PostgreSQL through asyncpg: prepared statements with generic plans on a stack of connections.

A plain write is one statement, which is its own transaction; a longer transaction must be asked
for.
"""

import asyncio
import random

import asyncpg

from dealwright.errors import ConcurrentUpdate, Conflict
from dealwright.storage.engines.announcements import Listener
from dealwright.storage.engines.connections import Connection, Connections
from dealwright.storage.engines.engine import (
    ATTEMPTS,
    SAVED,
    Announced,
    Job,
    Result,
    TooSlow,
    Unavailable,
)
from dealwright.storage.engines.postgres_session import (
    READING,
    SAVING,
    TRANSACTION,
    PostgresSession,
)

SETTINGS = {
    "application_name": "dealwright",
    "plan_cache_mode": "force_generic_plan",  # planning costs as much as running
    "jit": "off",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60000",
    "lock_timeout": "30000",  # no request holds a row or a table this long
}
_TRIES = 3  # how often a read looks for a working connection
# The server is shutting down, or the connection can no longer be used.
_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
)
# Classes of errors that are not the statement's fault: no room, cancelled by an administrator, a
# broken disk.
_OUT_OF_ORDER = ("53", "57", "58")
_OF_THE_CONNECTION = (OSError, asyncpg.InterfaceError, asyncpg.PostgresError)


class Postgres:
    dialect = "postgresql"

    def __init__(
        self, connections: Connections, listener: Listener | None, longest: float | None = None
    ) -> None:
        self.statements = 0
        self._connections = connections
        self._listener = listener
        self._longest = longest

    @property
    def waiting(self) -> int:
        return self._connections.waiting

    @property
    def connections(self) -> int:
        return self._connections.open

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        connections: int,
        on_announcement: Announced | None = None,
        longest: float | None = None,
    ) -> "Postgres":
        """Raises `Unavailable` if the server does not answer."""

        async def connect() -> Connection:
            return await _connect(url, longest)

        stack = Connections(connect, size=connections)
        stack.give(await stack.take())
        listener = Listener(connect, on_announcement) if on_announcement is not None else None
        if listener is not None:
            await listener.start()
        return cls(stack, listener, longest)

    def catch_up(self) -> None:
        """The listener does this by itself."""

    async def close(self) -> None:
        if self._listener is not None:
            await self._listener.stop()
        await self._connections.close()

    async def read(self, job: Job[Result], *, heavy: bool = False) -> Result:
        for _ in range(_TRIES):
            connection = await self._connections.take()
            try:
                result = await job(PostgresSession(connection, self, READING))
            except BaseException as failure:
                if not self._put_back(connection, failure):
                    _demand_in_order(failure, self._longest)
                    raise
            else:
                self._connections.give(connection)
                return result
        raise Unavailable("the connection was lost")

    async def write(self, job: Job[Result], *, transaction: bool = False) -> Result:
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(random.uniform(0, 0.002 * min(attempt, 10)))  # noqa: S311
            connection = await self._connections.take()
            session = PostgresSession(connection, self, TRANSACTION if transaction else SAVING)
            try:
                result = await session.run(job)
            except BaseException as failure:
                is_lost = self._put_back(connection, failure)
                if not _may_repeat(failure, is_lost, session.may_have_saved):
                    _demand_in_order(failure, self._longest)
                    raise
            else:
                self._connections.give(connection)
                return result
        raise Conflict

    def _put_back(self, connection: Connection, failure: BaseException) -> bool:
        """Puts a connection back after a failure; returns whether the connection broke."""
        is_lost = isinstance(failure, _BROKEN) or (
            connection.is_closed() and isinstance(failure, _OF_THE_CONNECTION)
        )
        if is_lost or not isinstance(failure, Exception):
            self._connections.drop(connection)
        else:
            self._connections.give(connection)
        return is_lost


async def _connect(url: str, longest: float | None) -> Connection:
    """`longest`: seconds that a statement may take."""
    limits = {} if longest is None else {"statement_timeout": f"{longest * 1000:.0f}"}
    try:
        return await asyncpg.connect(
            url,
            server_settings={**SETTINGS, **limits},
            statement_cache_size=500,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
            timeout=10,
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise unreachable(failure) from failure


def unreachable(failure: Exception) -> Unavailable:
    """Why there is no connection, in one line."""
    first, *_ = str(failure).splitlines() or [type(failure).__name__]
    answered = "refuses" if isinstance(failure, asyncpg.PostgresError) else "does not answer"
    return Unavailable(f"PostgreSQL {answered}: {first}")


def _demand_in_order(failure: BaseException, longest: float | None) -> None:
    """Raises `Unavailable` if the state of the server caused the failure, `TooSlow` if the
    statement took longer than it may."""
    match failure:
        case asyncpg.QueryCanceledError() if longest and "statement timeout" in str(failure):
            raise TooSlow(longest) from failure
        case asyncpg.LockNotAvailableError() | asyncpg.ReadOnlySQLTransactionError():
            raise Unavailable(str(failure)) from failure
        case asyncpg.PostgresError(sqlstate=str(code)) if code.startswith(_OUT_OF_ORDER):
            raise Unavailable(str(failure)) from failure


def _may_repeat(failure: BaseException, is_lost: bool, may_have_saved: bool) -> bool:
    match failure:
        case ConcurrentUpdate() if may_have_saved:
            raise RuntimeError(SAVED) from failure
        case ConcurrentUpdate() | asyncpg.DeadlockDetectedError() | asyncpg.SerializationError():
            return True
    if is_lost and may_have_saved:
        raise Unavailable("the connection was lost while saving") from failure
    return is_lost

"""One action's use of one PostgreSQL connection: statements, at most one save or a transaction."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

import asyncpg

from dealwright.storage.engines.announcements import CHANNEL
from dealwright.storage.engines.connections import Connection
from dealwright.storage.engines.engine import (
    NOTHING,
    ONE_SAVE,
    READ_ONLY,
    Counted,
    ForeignKeyViolation,
    Job,
    Locked,
    Result,
    Row,
    UniqueViolation,
    Values,
)
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.change_postgres import compose
from dealwright.storage.statements.statement import Statement

READING, SAVING, TRANSACTION = 0, 1, -1  # how many saves are left; negative: any number
_NOTIFY = f"select pg_notify('{CHANNEL}', name) from unnest($1::text[]) as name"
_MOMENT = "select pg_current_snapshot()::text"
_Answer = TypeVar("_Answer")


class PostgresSession:
    __slots__ = (
        "_announced",
        "_connection",
        "_database",
        "_is_committed",
        "_is_pointed",
        "_left",
        "_mode",
    )
    dialect = "postgresql"

    def __init__(self, connection: Connection, database: Counted, mode: int) -> None:
        self._connection = connection
        self._database = database
        self._mode = self._left = mode
        self._announced: list[str] | None = None
        self._is_pointed = False
        self._is_committed = False

    @property
    def may_have_saved(self) -> bool:
        """Also while it is unknown because the connection broke."""
        return self._is_committed if self._mode == TRANSACTION else self._left != self._mode

    async def fetch(self, statement: Statement, values: Values = NOTHING) -> list[Row]:
        compiled = statement.postgresql
        arguments = compiled.arguments(values)
        if compiled.writes:
            return await self._write(self._connection.fetch, compiled.text, arguments)
        self._database.statements += 1
        return cast(list[Row], await self._connection.fetch(compiled.text, *arguments))

    async def row(self, statement: Statement, values: Values = NOTHING) -> Row | None:
        rows = await self.fetch(statement, values)
        return rows[0] if rows else None

    async def execute(self, statement: Statement, values: Values = NOTHING) -> int:
        compiled = statement.postgresql
        arguments = compiled.arguments(values)
        status = await self._write(self._connection.execute, compiled.text, arguments)
        return int(status.rpartition(" ")[2])

    async def save(self, change: Change) -> Row | None:
        rows = await self._write(self._connection.fetch, *compose(change))
        if change.head is None:
            return ()
        if not rows:
            self._left += 1
            return None
        return cast(Row, rows[0])

    async def moment(self) -> tuple[int, Hashable] | None:
        if self._mode != READING:
            return None
        self._database.statements += 1
        [row] = await self._connection.fetch(_MOMENT)
        return 0, row[0]

    def announce(self, name: str) -> None:
        self._announced = [*(self._announced or ()), name]

    async def explain(self, statement: Statement, values: Values = NOTHING) -> str:
        compiled = statement.postgresql
        # A generic plan does not look at values, so none are sent.
        nulls = ", ".join("null" for _ in compiled.order)
        await self._connection.execute(f"prepare explained as {compiled.text}")
        try:
            rows = await self._connection.fetch(
                f"explain (costs off) execute explained{f'({nulls})' if nulls else ''}"
            )
        finally:
            await self._connection.execute("deallocate explained")
        return "\n".join(row[0] for row in rows)

    async def run(self, job: Job[Result]) -> Result:
        """Runs the job with its announcements; in a transaction if this session is one."""
        if self._mode == TRANSACTION:
            return await self._run_in_transaction(job)
        try:
            result = await job(self)
        except Exception:
            if self._announced and self.may_have_saved and not self._connection.is_closed():
                await self._call_out()
            raise
        if self._announced:
            await self._call_out()
        return result

    async def _run_in_transaction(self, job: Job[Result]) -> Result:
        await self._connection.execute("begin")
        try:
            result = await job(self)
            if self._announced:
                await self._call_out()
        except Exception:
            if not self._connection.is_closed():
                await self._connection.execute("rollback")
            raise
        self._is_committed = True
        await self._connection.execute("commit")
        return result

    async def _call_out(self) -> None:
        await self._connection.fetch(_NOTIFY, self._announced)

    async def _write(
        self, run: Callable[..., Awaitable[_Answer]], text: str, arguments: tuple[Any, ...]
    ) -> _Answer:
        if self._left == 0:
            raise RuntimeError(ONE_SAVE if self._mode else READ_ONLY)
        self._left -= 1
        self._database.statements += 1
        if self._mode == TRANSACTION:
            await self._point()
        try:
            return await run(text, *arguments)
        except asyncpg.PostgresError as failure:
            await self._undo()
            known = _known(failure)
            if known is None:
                raise
            raise known from failure

    async def _point(self) -> None:
        """A failing statement would end the transaction; with a savepoint it undoes only itself."""
        again = "release savepoint step; " if self._is_pointed else ""
        await self._connection.execute(f"{again}savepoint step")
        self._is_pointed = True

    async def _undo(self) -> None:
        if self._connection.is_closed():
            return
        self._left += 1
        if self._is_pointed:
            await self._connection.execute("rollback to savepoint step")


def _known(failure: asyncpg.PostgresError) -> Exception | None:
    match failure:
        case asyncpg.UniqueViolationError():
            return UniqueViolation(failure.constraint_name or "", failure.table_name or "")
        case asyncpg.ForeignKeyViolationError():
            return ForeignKeyViolation(failure.constraint_name or "", failure.table_name or "")
        case asyncpg.LockNotAvailableError():
            return Locked(str(failure))
    return None

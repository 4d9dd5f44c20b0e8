"""One action's use of one SQLite connection. Statements run at once, on the calling thread."""

import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import MetaData, Table, UniqueConstraint

from dealwright.storage.engines.engine import (
    NOTHING,
    ONE_SAVE,
    READ_ONLY,
    Counted,
    ForeignKeyViolation,
    Row,
    UniqueViolation,
    Values,
)
from dealwright.storage.statements import change_sqlite
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement

READING, SAVING, TRANSACTION = 0, 1, -1  # how many saves are left; negative: any number
_UNIQUE = "UNIQUE constraint failed: "
_Answer = TypeVar("_Answer")


class Unguarded(BaseException):
    """Something must be undone, and the job runs without a savepoint: it must run again, with one.
    Not an `Exception`, so that no job handles it as a failure of its own."""


class SQLiteSession:
    """Call `start` for each job; between jobs it only keeps its connection.

    All rows are always read: an open cursor would keep its connection on an old snapshot.
    """

    dialect = "sqlite"

    def __init__(
        self, connection: sqlite3.Connection, database: Counted, names: Mapping[str, str]
    ) -> None:
        self._connection = connection
        self._database = database
        self._names = names
        self._mode = self._left = READING
        self._guarded = False

    def start(self, mode: int, *, guarded: bool) -> None:
        """`guarded`: the job is in a savepoint `job`, as a job that saves several times must be."""
        self._mode = self._left = mode
        self._guarded = guarded

    @property
    def has_saved(self) -> bool:
        return self._left != self._mode

    async def fetch(self, statement: Statement, values: Values = NOTHING) -> list[Row]:
        return self._fetched(statement, values)

    async def row(self, statement: Statement, values: Values = NOTHING) -> Row | None:
        rows = self._fetched(statement, values)
        return rows[0] if rows else None

    def _fetched(self, statement: Statement, values: Values) -> list[Row]:
        compiled = statement.sqlite
        arguments = compiled.arguments(values)
        if compiled.writes:
            return self._write(lambda: self.rows(compiled.text, arguments))
        self._database.statements += 1
        return self._connection.execute(compiled.text, arguments).fetchall()

    async def execute(self, statement: Statement, values: Values = NOTHING) -> int:
        compiled = statement.sqlite
        arguments = compiled.arguments(values)
        return self._write(lambda: self._touched(compiled.text, arguments))

    async def save(self, change: Change) -> Row | None:
        row = self._write(lambda: change_sqlite.apply(change, self), change)
        if row is None:
            self._left += 1
        return row

    async def moment(self) -> tuple[int, Hashable] | None:
        if self._mode != READING:
            return None
        # Each connection counts the commits of all others, from a number of its own.
        ((version,),) = self._connection.execute("pragma data_version").fetchall()
        return id(self), version

    def announce(self, name: str) -> None:
        """No process listens: one process serves a file, and it notices every write of others."""

    async def explain(self, statement: Statement, values: Values = NOTHING) -> str:
        compiled = statement.sqlite
        nulls = dict.fromkeys(compiled.order)
        rows = self._connection.execute(f"explain query plan {compiled.text}", nulls).fetchall()
        return "\n".join(row[3] for row in rows)

    def rows(self, text: str, arguments: Any) -> list[Row]:
        return self._connection.execute(text, arguments).fetchall()

    def inserted(self, text: str, arguments: Any) -> int:
        number = self._connection.execute(text, arguments).lastrowid
        assert number is not None
        return number

    def _touched(self, text: str, arguments: Any) -> int:
        touched = self._connection.execute(text, arguments).rowcount
        # the driver counts rows only for writing statements
        if touched < 0 and text[:4].lower() == "with":
            ((touched,),) = self._connection.execute("select changes()")
        return touched

    def many(self, text: str, arguments: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(text, arguments)

    def _write(self, run: Callable[[], _Answer], change: Change | None = None) -> _Answer:
        """All or nothing. Outside a transaction the job's own savepoint is just before its save.
        Raises Unguarded if it failed and there is no savepoint."""
        if self._left == 0:
            raise RuntimeError(ONE_SAVE if self._mode else READ_ONLY)
        self._left -= 1
        self._database.statements += 1
        point = "step" if self._mode == TRANSACTION else "job"
        if point == "step":
            self._connection.execute("savepoint step")
        try:
            answer = run()
        except BaseException as failure:
            if not self._guarded:
                raise Unguarded from failure
            self._undo(point)
            if isinstance(failure, sqlite3.IntegrityError):
                raise self._known(failure, change) from failure
            raise
        if point == "step":
            self._connection.execute("release step")
        return answer

    def _undo(self, point: str) -> None:
        self._left += 1
        if self._connection.in_transaction:  # else all is undone already: the disk is full
            self._connection.execute(f"rollback to {point}")
            if point == "step":
                self._connection.execute("release step")

    def _known(self, failure: sqlite3.IntegrityError, change: Change | None) -> Exception:
        match failure.sqlite_errorname:
            case "SQLITE_CONSTRAINT_UNIQUE" | "SQLITE_CONSTRAINT_PRIMARYKEY":
                columns = str(failure).removeprefix(_UNIQUE)
                return UniqueViolation(self._names.get(columns, columns), columns.partition(".")[0])
            case "SQLITE_CONSTRAINT_FOREIGNKEY":
                return ForeignKeyViolation(
                    *(change_sqlite.dangling(change, self) if change else ())
                )
        return failure


def unique_names(metadata: MetaData) -> dict[str, str]:
    """The schema's names of unique constraints; SQLite names the columns instead."""
    return {
        ", ".join(f"{table.name}.{column.name}" for column in unique.columns): str(unique.name)
        for table in metadata.tables.values()
        for unique in _unique_things(table)
        if unique.name
    }


def _unique_things(table: Table) -> Iterator[Any]:
    yield table.primary_key
    yield from (each for each in table.constraints if isinstance(each, UniqueConstraint))
    yield from (index for index in table.indexes if index.unique)

"""Copies the tables of a SQLite file out of one moment of it, and into an empty one.

The file is opened by SQLite alone, so a server may run beside it, see `engines/private_file`.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from typing import Any

from dealwright.storage.engines.engine import NoPortal
from dealwright.storage.engines.sqlite_file import opened, unavailable
from dealwright.storage.migrations.recognition import found_in_sqlite
from dealwright.storage.statements.printing import quoted
from dealwright.storage.transfer.tables import DERIVED, STEPS, Column, Rows, Table, kind_of

_AT_ONCE = 1000  # rows
_TABLES = """
select name from pragma_table_list
where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'
order by name"""
_COLUMNS = "select name, type from pragma_table_info(?) order by cid"
_LAST_IDS = "select name, seq from sqlite_sequence"
_CONTINUE = "update sqlite_sequence set seq = max(seq, ?) where name = ?"
_BEGIN_COUNTING = """
insert into sqlite_sequence (name, seq)
select ?1, ?2 where not exists (select 1 from sqlite_sequence where name = ?1)"""


@asynccontextmanager
async def source(path: Path) -> AsyncIterator["SQLiteSource"]:
    """The file as it is now. Raises `NoPortal`, `Unavailable`."""
    try:
        with closing(opened(path)) as connection:
            connection.execute("pragma query_only = on")
            connection.execute("begin")
            step = found_in_sqlite(connection)  # this read begins the snapshot
            if step is None:
                raise NoPortal("holds no portal yet")
            yield SQLiteSource(connection, step)
    except sqlite3.DatabaseError as failure:
        raise unavailable(path, failure) from failure


@asynccontextmanager
async def target(path: Path) -> AsyncIterator["SQLiteTarget"]:
    """One transaction, which ends well or leaves nothing. Raises `Unavailable`."""
    try:
        with closing(opened(path)) as connection:
            connection.execute("begin immediate")
            try:
                yield SQLiteTarget(connection)
                _demand_whole(connection)
                connection.execute("commit")
            finally:
                if connection.in_transaction:
                    connection.execute("rollback")
    except sqlite3.DatabaseError as failure:
        raise unavailable(path, failure) from failure


class SQLiteSource:
    def __init__(self, connection: sqlite3.Connection, step: str) -> None:
        self.step = step
        self._connection = connection

    async def tables(self) -> list[Table]:
        return _tables(self._connection)

    async def rows(self, table: Table) -> Rows:
        columns = ", ".join(quoted(each.name) for each in table.columns)
        for row in self._connection.execute(f"select {columns} from {quoted(table.name)}"):
            yield row


class SQLiteTarget:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def tables(self) -> list[Table]:
        return _tables(self._connection)  # references are looked at in the end

    async def is_empty(self, table: Table) -> bool:
        found = self._connection.execute(f"select 1 from {quoted(table.name)} limit 1")
        return found.fetchone() is None

    async def load(self, table: Table, rows: Rows) -> int:
        columns = ", ".join(quoted(each.name) for each in table.columns)
        places = ", ".join("?" for _ in table.columns)
        insert = f"insert into {quoted(table.name)} ({columns}) values ({places})"
        count, waiting = 0, list[Sequence[Any]]()
        async for row in rows:
            waiting.append(row)
            if len(waiting) == _AT_ONCE:
                count += self._insert(insert, waiting)
        return count + self._insert(insert, waiting)

    def _insert(self, insert: str, rows: list[Sequence[Any]]) -> int:
        count = len(rows)
        self._connection.executemany(insert, rows)
        rows.clear()
        return count

    async def continue_after(self, table: Table, last_id: int) -> None:
        self._connection.execute(_BEGIN_COUNTING, (table.name, last_id))
        self._connection.execute(_CONTINUE, (last_id, table.name))


def _tables(connection: sqlite3.Connection) -> list[Table]:
    last = dict(connection.execute(_LAST_IDS).fetchall())
    found = [name for (name,) in connection.execute(_TABLES).fetchall()]
    names = [name for name in found if name not in {STEPS, *DERIVED}]
    return [Table(name, _columns(connection, name), last.get(name)) for name in names]


def _columns(connection: sqlite3.Connection, table: str) -> tuple[Column, ...]:
    found = connection.execute(_COLUMNS, (table,)).fetchall()
    return tuple(Column(name, kind_of(declared)) for name, declared in found)


def _demand_whole(connection: sqlite3.Connection) -> None:
    """Foreign keys are not watched while rows come in, so they are looked at afterwards."""
    dangling = list(islice(connection.execute("pragma foreign_key_check"), 5))
    if dangling:
        names = sorted({row[0] for row in dangling})
        raise sqlite3.IntegrityError(f"rows of {', '.join(names)} refer to rows that are missing")

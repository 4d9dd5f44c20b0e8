"""Brings a database to the tables of this version: numbered steps forward, one transaction each.

Alembic prints the steps as SQL and the native driver runs them, so that no second driver is needed.
Several processes may start at once: a step runs under a lock, in the first process that gets it.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from dealwright.storage.engines.engine import NoPortal, Outdated, Result, Unavailable
from dealwright.storage.engines.opening import is_postgresql, sqlite_path
from dealwright.storage.engines.postgres import unreachable
from dealwright.storage.engines.private_file import make_private
from dealwright.storage.engines.sqlite_file import opened, unavailable
from dealwright.storage.migrations.plan import NEWEST, Fill, Step
from dealwright.storage.migrations.recognition import found_in_postgresql, found_in_sqlite

_LOCK = "select pg_advisory_xact_lock(7310868)"
_AT_ONCE = 5000  # rows
_TABLE = """create table if not exists alembic_version
(version_num varchar(32) not null primary key)"""


async def upgrade(address: str, *, to: str = NEWEST) -> None:
    """Makes the database if needed, and runs every step that is not done yet, up to a revision.

    Raises `Unavailable` if the database does not answer, was made by a newer version, or belongs to
    another program; such a database is not changed.
    """
    if is_postgresql(address):
        await _on_postgresql(address, partial(_upgrade_postgresql, to=to))
    else:
        path = sqlite_path(address)
        await asyncio.to_thread(_on_sqlite, path, partial(_upgrade_sqlite, to=to), makes=True)


def demand_ours(path: Path) -> None:
    """Refuses a SQLite file that this version cannot serve or upgrade. Changes nothing.

    Raises `Unavailable`.
    """
    with suppress(NoPortal):
        _is_done(_on_sqlite(path, found_in_sqlite), NEWEST)


async def demand_current(address: str) -> None:
    """Refuses to work with anything but the tables of this version. Changes nothing.

    Raises `NoPortal`, `Outdated`, `Unavailable`.
    """
    found = await _found(address)
    if found is None:
        raise NoPortal("holds no portal yet")
    if _is_done(found, NEWEST):
        return
    raise Outdated(f"is at step {found} of {NEWEST}, made by an older version")


async def found_step(address: str) -> str | None:
    """The step of the tables; None if there is no database or it is empty. Changes nothing.

    Raises `Unavailable`.
    """
    try:
        found = await _found(address)
    except NoPortal:
        return None
    _is_done(found, NEWEST)
    return found


async def _found(address: str) -> str | None:
    if is_postgresql(address):
        return await _on_postgresql(address, found_in_postgresql)
    return await asyncio.to_thread(_on_sqlite, sqlite_path(address), found_in_sqlite)


def _is_done(found: str | None, to: str) -> bool:
    if found is not None and found > NEWEST:
        raise Unavailable(f"is at step {found}, made by a newer version than this")
    return found is not None and found >= to


def _next_step(dialect: str, found: str | None, to: str) -> Step | None:
    if _is_done(found, to):
        return None
    from dealwright.storage.migrations.steps import steps

    return steps(dialect, found, to)[0]


async def _on_postgresql(address: str, run: Callable[[Any], Awaitable[Result]]) -> Result:
    try:
        connection = await asyncpg.connect(address, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise unreachable(failure) from failure
    try:
        return await run(connection)
    except asyncpg.PostgresError as failure:
        raise unreachable(failure) from failure
    finally:
        await connection.close()


async def _upgrade_postgresql(connection: Any, *, to: str) -> None:
    while await _step_postgresql(connection, to):
        pass


async def _step_postgresql(connection: Any, to: str) -> bool:
    async with connection.transaction():
        await connection.execute(_LOCK)
        step = _next_step("postgresql", await found_in_postgresql(connection), to)
        if step is None:
            return False
        await connection.execute(_TABLE)
        for statement in step.statements:
            await connection.execute(statement)
        for fill in step.fills:
            await _fill_postgresql(connection, fill)
        await connection.execute("delete from alembic_version")
        await connection.execute("insert into alembic_version values ($1)", step.revision)
    return True


async def _fill_postgresql(connection: Any, fill: Fill) -> None:
    table, column, source, compute = fill
    find = f"select id, {source} from {table} where id > $1 order by id limit {_AT_ONCE}"
    save = (
        f"update {table} set {column} = found.value"
        f" from unnest($1::integer[], $2::text[]) found (id, value) where {table}.id = found.id"
    )
    after = 0
    while rows := await connection.fetch(find, after):
        await connection.execute(save, [row[0] for row in rows], [compute(row[1]) for row in rows])
        after = rows[-1][0]


def _on_sqlite(
    path: Path, run: Callable[[sqlite3.Connection], Result], *, makes: bool = False
) -> Result:
    try:
        if makes:
            make_private(path)
        with closing(opened(path)) as connection:
            return run(connection)
    except (sqlite3.DatabaseError, OSError) as failure:
        raise unavailable(path, failure) from failure


def _upgrade_sqlite(connection: sqlite3.Connection, *, to: str) -> None:
    while not _is_done(found_in_sqlite(connection), to):
        _step_sqlite(connection, to)


def _step_sqlite(connection: sqlite3.Connection, to: str) -> None:
    connection.execute("begin immediate")
    try:
        step = _next_step("sqlite", found_in_sqlite(connection), to)
        if step is not None:  # else another process was faster
            connection.execute(_TABLE)
            for statement in step.statements:
                connection.execute(statement)
            for fill in step.fills:
                _fill_sqlite(connection, fill)
            _check_references(connection)
            connection.execute("delete from alembic_version")
            connection.execute("insert into alembic_version values (?)", (step.revision,))
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def _fill_sqlite(connection: sqlite3.Connection, fill: Fill) -> None:
    connection.create_function("computed", 1, fill.compute, deterministic=True)
    connection.execute(f"update {fill.table} set {fill.column} = computed({fill.source})")


def _check_references(connection: sqlite3.Connection) -> None:
    """Foreign keys are not watched while tables are rebuilt, so they are looked at afterwards."""
    dangling = connection.execute("pragma foreign_key_check").fetchall()
    if dangling:
        raise RuntimeError(f"this step would leave references to nothing: {dangling[:5]}")

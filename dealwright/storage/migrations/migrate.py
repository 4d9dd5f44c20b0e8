"""Brings a database to the tables of this version: numbered steps forward, one transaction each.

Alembic prints the steps as SQL and the native driver runs them, so that no second driver is needed.
Several processes may start at once: a step is taken under a lock, by the first who gets it.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from dealwright.storage.engines.engine import Unavailable
from dealwright.storage.engines.opening import is_postgresql, sqlite_path
from dealwright.storage.engines.private_file import make_private
from dealwright.storage.migrations.plan import NEWEST, Step

_LOCK = "select pg_advisory_xact_lock(7310868)"
_TABLE = """create table if not exists alembic_version
(version_num varchar(32) not null primary key)"""
_FOUND = "select version_num from alembic_version"


async def upgrade(address: str, *, to: str = NEWEST) -> None:
    """Makes the database if need be, and takes every step up to a revision that is not done yet.

    Raises `Unavailable` when the database does not answer or was made by a newer version.
    """
    if is_postgresql(address):
        await _upgrade_postgresql(address, to)
    else:
        await asyncio.to_thread(_upgrade_sqlite, sqlite_path(address), to)


def _next_step(dialect: str, found: str | None, to: str) -> Step | None:
    if found is not None and found > NEWEST:
        raise Unavailable(f"the database is at step {found}, made by a newer version than this")
    if found is not None and found >= to:
        return None
    from dealwright.storage.migrations.steps import steps

    return steps(dialect, found, to)[0]


async def _upgrade_postgresql(address: str, to: str) -> None:
    try:
        connection = await asyncpg.connect(address, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise Unavailable(f"PostgreSQL does not answer: {failure}") from failure
    try:
        while await _step_postgresql(connection, to):
            pass
    finally:
        await connection.close()


async def _step_postgresql(connection: Any, to: str) -> bool:
    async with connection.transaction():
        await connection.execute(_LOCK)
        await connection.execute(_TABLE)
        step = _next_step("postgresql", await connection.fetchval(_FOUND), to)
        if step is None:
            return False
        for statement in step.statements:
            await connection.execute(statement)
        await connection.execute("delete from alembic_version")
        await connection.execute("insert into alembic_version values ($1)", step.revision)
    return True


def _upgrade_sqlite(path: Path, to: str) -> None:
    try:
        make_private(path)
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
            while _step_sqlite(connection, to):
                pass
    except (sqlite3.DatabaseError, OSError) as failure:
        raise Unavailable(f"{path}: {failure}") from failure


def _step_sqlite(connection: sqlite3.Connection, to: str) -> bool:
    connection.execute("begin immediate")
    try:
        connection.execute(_TABLE)
        row = connection.execute(_FOUND).fetchone()
        step = _next_step("sqlite", row and row[0], to)
        if step is not None:
            for statement in step.statements:
                connection.execute(statement)
            _check_references(connection)
            connection.execute("delete from alembic_version")
            connection.execute("insert into alembic_version values (?)", (step.revision,))
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")
    return step is not None


def _check_references(connection: sqlite3.Connection) -> None:
    """Foreign keys are not watched while tables are rebuilt, so they are looked at afterwards."""
    dangling = connection.execute("pragma foreign_key_check").fetchall()
    if dangling:
        raise RuntimeError(f"this step would leave references to nothing: {dangling[:5]}")

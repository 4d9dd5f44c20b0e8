"""The tables that the migration steps make are the tables that the schema declares."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from dealwright.storage.migrations.migrate import upgrade
from tests import postgres
from tests.frozen_tables import declared

OWN = "alembic_version"

OF_POSTGRESQL = (
    """select table_name, column_name, data_type, is_nullable, column_default, collation_name
       from information_schema.columns where table_schema = 'public'""",
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
    """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace""",
)


def test_on_sqlite(tmp_path: Path) -> None:
    stepped, made = tmp_path / "stepped.db", tmp_path / "made.db"
    asyncio.run(upgrade(str(stepped)))
    with closing(sqlite3.connect(made)) as file:
        for statement in declared("sqlite"):
            file.execute(statement)
        file.commit()
    assert shape_of_file(stepped) == shape_of_file(made)


def shape_of_file(path: Path) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("select type, name, coalesce(sql, '') from sqlite_master").fetchall()
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows if OWN not in name}


def test_on_postgresql(server: str) -> None:
    stepped, made = postgres.fresh_database(server), postgres.fresh_database(server)
    asyncio.run(upgrade(stepped))
    asyncio.run(run(made, declared("postgresql")))
    assert asyncio.run(shape_of_database(stepped)) == asyncio.run(shape_of_database(made))
    for each in (stepped, made):
        postgres.drop_database(each)


async def run(address: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(address)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def shape_of_database(address: str) -> set[tuple[Any, ...]]:
    connection = await asyncpg.connect(address)
    rows = [tuple(row) for query in OF_POSTGRESQL for row in await connection.fetch(query)]
    await connection.close()
    return {row for row in rows if OWN not in row[0]}

"""The tables that the migration steps make are the tables that the schema declares."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from dealwright.storage.migrations.migrate import upgrade
from tests import postgres
from tests.declared_tables import declared

OWN = "alembic_version"

TABLES = "select name, sql from sqlite_master where type = 'table'"
INDEXES = "select name, sql from sqlite_master where type in ('index', 'trigger', 'view')"

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


def shape_of_file(path: Path) -> set[tuple[Any, ...]]:
    """Columns, keys and indexes as SQLite understands them: a step that adds a column leaves the
    text of its table different from the text of a table that is made at once."""
    with closing(sqlite3.connect(path)) as file:
        tables = [row for row in file.execute(TABLES).fetchall() if OWN not in row[0]]
        found: set[tuple[Any, ...]] = set()
        for name, sql in tables:
            found |= {(name, " ".join(sql.split()))} if "VIRTUAL" in sql.upper() else {(name,)}
            found |= {(name, *row[1:]) for row in file.execute(f"pragma table_xinfo({name})")}
            found |= {
                (name, "refers to", *row[2:])
                for row in file.execute(f"pragma foreign_key_list({name})")
            }
        indexes = [row for row in file.execute(INDEXES).fetchall() if OWN not in row[0]]
        return found | {(name, " ".join((sql or "").split())) for name, sql in indexes}


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

"""Makes a large portal to measure on: `python -m bench.make DATABASE [--opportunities N]`.

Rows go straight into the tables, as many at once as the driver takes; by the API it would take
hours. `bench.run` makes its own portal; this is for looking at one by other means."""

import argparse
import asyncio
import itertools
import sqlite3
from collections.abc import Iterable

import asyncpg
from sqlalchemy import Table

from bench.rows import Columns, Rows, tables
from dealwright.storage import schema
from dealwright.storage.engines.opening import is_postgresql, sqlite_path
from dealwright.storage.migrations.migrate import upgrade

AT_ONCE = 20_000
Filled = Iterable[tuple[Table, Columns, Rows]]


async def make(database: str, opportunities: int, *, with_tasks: bool = False) -> None:
    """`with_tasks`: as many tasks as opportunities. Creates the tables too. Raises for a database
    that holds a portal already."""
    await upgrade(database)
    if is_postgresql(database):
        await _fill_postgresql(database, tables(opportunities, with_tasks=with_tasks))
    else:
        await asyncio.to_thread(
            _fill_sqlite,
            str(sqlite_path(database)),
            tables(opportunities, with_tasks=with_tasks),
        )


def _fill_sqlite(path: str, filled: Filled) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -1000000")  # all of it, while indexes grow anywhere
    connection.execute("begin")
    for table, columns, rows in filled:
        names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
        connection.executemany(f"insert into {table.name} ({names}) values ({marks})", rows)
    connection.execute("commit")
    connection.execute("analyze")
    connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    connection.close()


async def _fill_postgresql(database: str, filled: Filled) -> None:
    connection = await asyncpg.connect(database)
    for table, columns, rows in filled:
        remaining = iter(rows)
        while some := list(itertools.islice(remaining, AT_ONCE)):
            await connection.copy_records_to_table(table.name, records=some, columns=columns)
    for table in schema.metadata.sorted_tables:
        key = await connection.fetchval(
            "select pg_get_serial_sequence($1, column_name) from information_schema.columns"
            " where table_name = $1 and column_name = 'id'",
            table.name,
        )
        if key is not None:
            await connection.execute(
                f"select setval('{key}', coalesce(max(id), 0) + 1, false) from {table.name}"
            )
    await connection.execute("vacuum (analyze)")
    await connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="a path or postgresql://…")
    parser.add_argument("--opportunities", type=int, default=200_000)
    parser.add_argument("--tasks", action="store_true", help="as many tasks as opportunities")
    arguments = parser.parse_args()
    asyncio.run(make(arguments.database, arguments.opportunities, with_tasks=arguments.tasks))

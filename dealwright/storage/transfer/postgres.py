"""Copies the tables of a PostgreSQL out of one moment of it, and into an empty one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from dealwright.storage.engines.engine import NoPortal
from dealwright.storage.engines.postgres import unreachable
from dealwright.storage.migrations.recognition import found_in_postgresql
from dealwright.storage.statements.printing import quoted
from dealwright.storage.transfer.tables import (
    DERIVED,
    STEPS,
    Column,
    Rows,
    Table,
    in_order,
    kind_of,
)

_AT_ONCE = 1000  # rows
_OURS = (
    "relnamespace = any(select oid from pg_namespace where nspname = any(current_schemas(false)))"
)
_TABLES = f"""
select relname, array_agg(attname::text order by attnum),
       array_agg(format_type(atttypid, null) order by attnum)
from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
where {_OURS} and relkind = 'r' and relname <> '{STEPS}'
and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
group by relname order by relname"""
_LAST_IDS = f"""
select pg_class.relname, pg_sequence_last_value(sequence.oid)
from pg_class join pg_depend on refobjid = pg_class.oid and deptype in ('a', 'i')
join pg_class sequence on sequence.oid = objid and sequence.relkind = 'S'
where pg_class.{_OURS}"""
_REFERENCES = f"""
select pg_class.relname, other.relname from pg_constraint
join pg_class on pg_class.oid = conrelid join pg_class other on other.oid = confrelid
where contype = 'f' and pg_class.{_OURS}"""
_CONTINUE = "select setval(pg_get_serial_sequence($1, 'id'), greatest($2, max(id))) from "


@asynccontextmanager
async def source(address: str) -> AsyncIterator["PostgresSource"]:
    """The database as it is now. Raises `NoPortal`, `Unavailable`."""
    snapshot = {"isolation": "repeatable_read", "readonly": True}
    async with _connected(address) as connection, connection.transaction(**snapshot):
        step = await found_in_postgresql(connection)
        if step is None:
            raise NoPortal("holds no portal yet")
        yield PostgresSource(connection, step)


@asynccontextmanager
async def target(address: str) -> AsyncIterator["PostgresTarget"]:
    """One transaction, which ends well or leaves nothing. Raises `Unavailable`."""
    async with _connected(address) as connection, connection.transaction():
        yield PostgresTarget(connection)


class PostgresSource:
    def __init__(self, connection: Any, step: str) -> None:
        self.step = step
        self._connection = connection

    async def tables(self) -> list[Table]:
        return await _tables(self._connection)

    async def rows(self, table: Table) -> Rows:
        columns = ", ".join(quoted(each.name) for each in table.columns)
        select = f"select {columns} from {quoted(table.name)}"
        async for row in self._connection.cursor(select, prefetch=_AT_ONCE):
            yield row


class PostgresTarget:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def tables(self) -> list[Table]:
        found = {each.name: each for each in await _tables(self._connection)}
        references = await self._connection.fetch(_REFERENCES)
        return [found[name] for name in in_order(found, references)]

    async def is_empty(self, table: Table) -> bool:
        found = await self._connection.fetchval(f"select 1 from {quoted(table.name)} limit 1")
        return found is None

    async def load(self, table: Table, rows: Rows) -> int:
        columns = [each.name for each in table.columns]
        done: str = await self._connection.copy_records_to_table(
            table.name, records=rows, columns=columns
        )
        return int(done.rpartition(" ")[2])

    async def continue_after(self, table: Table, last_id: int) -> None:
        await self._connection.execute(_CONTINUE + quoted(table.name), table.name, last_id)


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Any]:
    try:
        connection = await asyncpg.connect(address, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise unreachable(failure) from failure
    try:
        yield connection
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise unreachable(failure) from failure
    finally:
        await connection.close()


async def _tables(connection: Any) -> list[Table]:
    last = dict(await connection.fetch(_LAST_IDS))
    found = await connection.fetch(_TABLES)
    return [
        Table(name, tuple(map(Column, names, map(kind_of, types))), last.get(name))
        for name, names, types in found
        if name not in DERIVED
    ]

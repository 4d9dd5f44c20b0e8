"""Whose tables a database holds: nobody's, ours and of which step, or those of another program.

Changes nothing, so that a wrong address does no harm.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

from dealwright.storage.engines.engine import Unavailable

_STEPS = "alembic_version"
_FOUND = f"select version_num from {_STEPS}"
_OURS = "portal"  # a table since the first step, which no other program would be likely to have
_SQLITE_TABLES = "select name from sqlite_schema where type = 'table'"
# Tables that belong to an extension come with the database.
_POSTGRESQL_TABLES = """
select relname from pg_class
where relnamespace = any(select oid from pg_namespace where nspname = any(current_schemas(false)))
and relkind in ('r', 'p')
and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')"""


def found_in_sqlite(connection: sqlite3.Connection) -> str | None:
    """The step of the tables, None when there are none. Raises `Unavailable` for others' tables,
    `sqlite3.Error`."""
    tables = {name for (name,) in connection.execute(_SQLITE_TABLES).fetchall()}
    row = connection.execute(_FOUND).fetchone() if _is_ours(tables) else None
    return row[0] if row else None


async def found_in_postgresql(connection: Any) -> str | None:
    """The same of a PostgreSQL, which must also keep its text as UTF-8. Raises `Unavailable`,
    `asyncpg.PostgresError`."""
    encoding = await connection.fetchval("show server_encoding")
    if encoding != "UTF8":
        raise Unavailable(f"keeps text as {encoding}, not as UTF8; create another database")
    tables = {name for (name,) in await connection.fetch(_POSTGRESQL_TABLES)}
    found: str | None = await connection.fetchval(_FOUND) if _is_ours(tables) else None
    return found


def _is_ours(tables: Iterable[str]) -> bool:
    """Whether the product has been here. Raises `Unavailable` when somebody else has."""
    others = {name for name in tables if not name.startswith("sqlite_")}
    if not others:
        return False
    if not {_STEPS, _OURS} <= others:
        raise Unavailable("holds the tables of another program, and is left as it is")
    return True

"""How SQLAlchemy prints for each of the two databases: compilers, names, typed parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine, UserDefinedType


class _PlainLimit(SQLiteCompiler):
    """Prints no offset if the statement has none; the stock compiler adds a parameter of its
    own."""

    limit_clause = SQLCompiler.limit_clause


class _SQLite(SQLiteDialect):
    statement_compiler = _PlainLimit
    supports_statement_cache = False


SQLITE: Dialect = _SQLite(paramstyle="named")
POSTGRESQL: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
DIALECTS: Mapping[str, Dialect] = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def quoted(name: str) -> str:
    """A table's or column's name as text for both databases."""
    return max((each.identifier_preparer.quote(name) for each in DIALECTS.values()), key=len)


def cast_name(type_: TypeEngine[Any]) -> str:
    """The type of a PostgreSQL parameter in a cast: without length (a cast would cut) and
    collation."""
    printed = type_.compile(dialect=POSTGRESQL)
    return "TEXT" if printed.startswith(("TEXT", "VARCHAR", "CHAR")) else printed


class ListOf(UserDefinedType[Sequence[Any]]):
    """A parameter that holds a list: an array for PostgreSQL, JSON text for SQLite.

    `place` is the position of the values when the argument is a list of rows instead.
    """

    cache_ok = True
    render_bind_cast = True

    def __init__(
        self, item: TypeEngine[Any] | None = None, *, source: str = "", place: int = -1
    ) -> None:
        self.item, self.source, self.place = item or Integer(), source, place

    def get_col_spec(self, **_: object) -> str:
        return cast_name(self.item) + "[]"


json_text = msgspec.json.Encoder().encode

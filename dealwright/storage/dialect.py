"""Every real difference between SQLite and PostgreSQL, as a named thing that prints itself.

Knows no table and no use case. A query uses these names and never asks which database it talks to.
Text is folded (case, accents) in Python before it gets here: the two databases fold differently.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine, UserDefinedType


class _PlainLimit(SQLiteCompiler):
    """Prints no offset where none was asked for; the stock compiler adds a parameter of its own."""

    limit_clause = SQLCompiler.limit_clause


class _SQLite(SQLiteDialect):
    statement_compiler = _PlainLimit
    supports_statement_cache = False


SQLITE: Dialect = _SQLite(paramstyle="named")
POSTGRESQL: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
DIALECTS: Mapping[str, Dialect] = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def constant(value: bool | int | str | None) -> ColumnElement[Any]:
    """A value printed into the text: it is part of the shape and never comes from a caller.

    Only such a constant, not a parameter, lets a partial index be used.
    """
    match value:
        case None:
            return literal_column("NULL")
        case bool():
            return _Truth(value)
        case int():
            return literal_column(str(value), Integer if abs(value) < 2**31 else BigInteger)
        case str():
            return literal_column("'" + value.replace("'", "''") + "'", Text)


def quoted(name: str) -> str:
    """A table's or column's name as text for both databases."""
    return max((each.identifier_preparer.quote(name) for each in DIALECTS.values()), key=len)


def cast_name(type_: TypeEngine[Any]) -> str:
    """What a PostgreSQL parameter is cast to: no length (a cast would cut) and no collation."""
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


class AnyOf(FunctionElement[Any]):
    """`column` is one of the list in argument `name`; one text serves any length, also none."""

    # Typed as boolean it would get ` = 1` on SQLite, which turns the index search into a scan.
    type = NullType()
    inherit_cache = False

    def __init__(
        self, tested: ColumnElement[Any], name: str, item: TypeEngine[Any] | None = None
    ) -> None:
        super().__init__(tested, bindparam(name, type_=ListOf(item or tested.type)))


@compiles(AnyOf, "postgresql")
def _any_of_array(element: AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    tested, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{tested} = ANY ({values})"


@compiles(AnyOf, "sqlite")
def _any_of_json(element: AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    tested, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{tested} IN (SELECT value FROM json_each({values}))"


class Contains(FunctionElement[Any]):
    """The text holds the part (an expression, or an argument's name) letter for letter: `%` and `_`
    mean themselves."""

    type = NullType()
    inherit_cache = False

    def __init__(self, text: ColumnElement[Any], part: ColumnElement[Any] | str) -> None:
        super().__init__(text, bindparam(part, type_=Text()) if isinstance(part, str) else part)


@compiles(Contains, "postgresql")
def _contains_strpos(element: Contains, compiler: SQLCompiler, **options: Any) -> str:
    text, part = (compiler.process(part, **options) for part in element.clauses)
    return f"strpos({text}, {part}) > 0"


@compiles(Contains, "sqlite")
def _contains_instr(element: Contains, compiler: SQLCompiler, **options: Any) -> str:
    text, part = (compiler.process(part, **options) for part in element.clauses)
    return f"instr({text}, {part}) > 0"


class FullTextMatch(FunctionElement[Any]):
    """The row with this id is one that the full-text index of `texts` finds.

    `texts` has the columns `id` and `words` (folded, parted by single spaces), an FTS5 table
    `<name>_fts` on SQLite and an index over `WORDS_AS_VECTOR` on PostgreSQL. Arguments:
    `match_fts5` and `match_tsquery`, each in its database's own query language.
    """

    type = NullType()
    inherit_cache = False

    def __init__(self, id: ColumnElement[Any], texts: Table) -> None:
        self.texts = texts.name
        super().__init__(id)


WORDS_AS_VECTOR = "array_to_tsvector(string_to_array(btrim(words), ' '))"


@compiles(FullTextMatch, "postgresql")
def _match_tsquery(element: FullTextMatch, compiler: SQLCompiler, **options: Any) -> str:
    id, query = (
        compiler.process(part, **options)
        for part in (*element.clauses, bindparam("match_tsquery", type_=Text()))
    )
    found = f"SELECT id FROM {element.texts} WHERE {WORDS_AS_VECTOR} @@ CAST({query} AS tsquery)"
    return f"{id} IN ({found})"


@compiles(FullTextMatch, "sqlite")
def _match_fts5(element: FullTextMatch, compiler: SQLCompiler, **options: Any) -> str:
    id, query = (
        compiler.process(part, **options)
        for part in (*element.clauses, bindparam("match_fts5", type_=Text()))
    )
    return (
        f"{id} IN (SELECT rowid FROM {element.texts}_fts WHERE {element.texts}_fts MATCH {query})"
    )


class _JsonRows(FunctionElement[str]):
    type = Text()
    inherit_cache = False


def rows_as_json(rows: Select[Any]) -> ScalarSelect[str]:
    """All rows of a correlated select as one JSON text `[[a,b],…]` in its order, or `[]`.

    PostgreSQL gives booleans as `true`/`false`, SQLite as 1/0: decode them as `int | bool`.
    The select must name what it correlates to (`.correlate(table)`).
    """
    inner = rows.subquery()
    return select(_JsonRows(*inner.c)).select_from(inner).scalar_subquery()


@compiles(_JsonRows, "postgresql")
def _json_rows_agg(element: _JsonRows, compiler: SQLCompiler, **options: Any) -> str:
    parts = compiler.process(element.clauses, **options)
    return f"coalesce(json_agg(json_build_array({parts}))::TEXT, '[]')"


@compiles(_JsonRows, "sqlite")
def _json_rows_group(element: _JsonRows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


class _Rows(FunctionElement[Any]):
    inherit_cache = False

    def __init__(self, name: str, columns: Mapping[str, TypeEngine[Any]]) -> None:
        self.source, self.columns_given = name, columns
        super().__init__()


def rows_of(name: str, **columns: TypeEngine[Any]) -> TableValuedAlias:
    """The argument `name`, a list of tuples, as a table with these columns (in their order)."""
    shaped = [column(each, type_) for each, type_ in columns.items()]
    return _Rows(name, columns).table_valued(*shaped, name=name)


@compiles(_Rows, "postgresql")
def _rows_unnest(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    lists = [
        bindparam(
            f"{element.source}__{place}", type_=ListOf(type_, source=element.source, place=place)
        )
        for place, type_ in enumerate(element.columns_given.values())
    ]
    arrays = ", ".join(compiler.process(each, **options) for each in lists)
    names = ", ".join(compiler.preparer.quote(each) for each in element.columns_given)
    return f"(SELECT * FROM unnest({arrays}) AS given ({names}))"


@compiles(_Rows, "sqlite")
def _rows_json_each(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(bindparam(element.source, type_=ListOf()), **options)
    names = ", ".join(
        f"value ->> {place} AS {compiler.preparer.quote(each)}"
        for place, each in enumerate(element.columns_given)
    )
    return f"(SELECT {names} FROM json_each({given}))"


class _Truth(ColumnElement[bool]):
    type = Boolean()
    inherit_cache = False

    def __init__(self, value: bool) -> None:
        self.value = value


@compiles(_Truth, "postgresql")
def _truth_word(element: _Truth, compiler: SQLCompiler, **options: Any) -> str:
    return "true" if element.value else "false"


@compiles(_Truth, "sqlite")
def _truth_digit(element: _Truth, compiler: SQLCompiler, **options: Any) -> str:
    return "1" if element.value else "0"

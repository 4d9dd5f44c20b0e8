"""Every real difference between SQLite and PostgreSQL, as a named element that prints itself.

Knows no table and no use case. A query uses these names and never asks which database it runs on.
Text is folded (case, accents) in Python before it gets here: the two databases fold differently.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Table,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy import table as sql_table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine

from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.printing import ListOf
from dealwright.storage.statements.statement import Statement


def constant(value: bool | int | str | None) -> ColumnElement[Any]:
    """A value printed into the text: it is part of the shape and never comes from a caller.

    Only with such a constant, not with a parameter, can a partial index be used.
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


class AnyOf(FunctionElement[Any]):
    """`column` is one of the list in argument `name`; one text serves any length, also zero."""

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


class Among(FunctionElement[Any]):
    """`column` is one of those that a select returns. The select runs once and first: for selects
    that return few rows where the database would expect many."""

    type = NullType()
    inherit_cache = False

    def __init__(self, tested: ColumnElement[Any], rows: Select[Any] | CompoundSelect[Any]) -> None:
        super().__init__(tested, rows.scalar_subquery())


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    tested, rows = (compiler.process(part, **options) for part in element.clauses)
    return f"{tested} = ANY (ARRAY{rows})"


@compiles(Among, "sqlite")
def _among_rows(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    tested, rows = (compiler.process(part, **options) for part in element.clauses)
    return f"{tested} IN {rows}"


class Contains(FunctionElement[Any]):
    """The text contains the part (an expression, or an argument's name) literally: `%` and `_` have
    no special meaning."""

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


class CountedAll(FunctionElement[int]):
    """The number of all rows, beside each of the rows that an index returns in `order`."""

    type = BigInteger()
    inherit_cache = False

    def __init__(self, *order: ColumnElement[Any]) -> None:
        super().__init__(*order)


@compiles(CountedAll, "postgresql")
def _counted_over_nothing(element: CountedAll, compiler: SQLCompiler, **options: Any) -> str:
    return "count(*) OVER ()"


@compiles(CountedAll, "sqlite")
def _counted_over_order(element: CountedAll, compiler: SQLCompiler, **options: Any) -> str:
    # Counted without an order, SQLite would not use that the rows are sorted, and would sort them
    # again.
    order = compiler.process(element.clauses, **options)
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    return f"count(*) OVER (ORDER BY {order} {frame})"


class ContainsWords(Contains):
    """The text of words with a space around each contains the part, which begins with a space."""

    inherit_cache = False


@compiles(ContainsWords, "sqlite")
def _contains_words_instr(element: ContainsWords, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite compares at every place that has the first character, and spaces are many. So the part
    # is searched without its space first, which most texts fail: a scan takes a third less. This
    # does not apply if the part then begins with one of the few bytes with which all characters of
    # another alphabet begin.
    text, part = (compiler.process(part, **options) for part in element.clauses)
    bare = f"substr({part}, 1 + (unicode(substr({part}, 2)) < 128))"
    return f"(instr({text}, {bare}) > 0 AND instr({text}, {part}) > 0)"


class FullTextMatch(FunctionElement[Any]):
    """The row with this id is one that the full-text index of `texts` finds.

    `texts` has the columns `id` and `words` (folded, separated by single spaces), an FTS5 table
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


class _FirstColumn(FunctionElement[Any]):
    inherit_cache = False


def ids_of(rows: Select[Any], *, name: str) -> tuple[FromClause, ColumnElement[int]]:
    """The one column of whole numbers that a select returns, as a table and its column.

    Unlike a subquery it may read the tables before it: it runs again for each of their rows. The
    select must name what it correlates to.
    """
    found = _FirstColumn(rows.scalar_subquery()).table_valued("value", name=name)
    return found, cast(found.c.value, Integer())


@compiles(_FirstColumn, "postgresql")
def _ids_of_array(element: _FirstColumn, compiler: SQLCompiler, **options: Any) -> str:
    rows = compiler.process(element.clauses, **options)
    return f"json_array_elements_text(array_to_json(ARRAY{rows}))"


@compiles(_FirstColumn, "sqlite")
def _ids_of_group(element: _FirstColumn, compiler: SQLCompiler, **options: Any) -> str:
    rows = compiler.process(element.clauses, **options)
    return f"json_each((SELECT json_group_array(id) FROM {rows}))"


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
        f"json_extract(value, '$[{place}]') AS {compiler.preparer.quote(each)}"
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


_LOCK_TIMEOUT = Statement(
    select(
        func.set_config(
            constant("lock_timeout"), bindparam("longest", type_=Text()), constant(True)
        )
    )
)


async def wait_at_most(session: Session, seconds: int) -> None:
    """How long this transaction waits for another that holds a row; then `engine.Locked`.

    SQLite has one writer, so a transaction never meets another's rows.
    """
    if session.dialect == "postgresql":
        await session.fetch(_LOCK_TIMEOUT, {"longest": f"{seconds}s"})


async def fold_slots(session: Session, table: Table) -> None:
    """Adds up the slots of a table of sums, and drops the sums that have become nothing.

    On PostgreSQL every connection adds to a slot of its own; those of connections that are closed
    become slot 0. SQLite has one writer and one slot.
    """
    await session.fetch(_folded(table) if session.dialect == "postgresql" else _emptied(table))


@lru_cache(maxsize=8)
def _folded(table: Table) -> Statement:
    keys = [column for column in table.primary_key if column.name != "slot"]
    values = [column for column in table.c if column.name not in table.primary_key.columns]
    running = select(column("pid", Integer())).select_from(sql_table("pg_stat_activity"))
    is_closed = table.c.slot.not_in(running.where(column("pid", Integer()).is_not(constant(None))))
    gone = delete(table).where(is_closed).returning(*table.c).cte("gone")
    sums = [func.sum(gone.c[each.name]) for each in values]
    added = (
        select(*(gone.c[each.name] for each in keys), constant(0), *sums)
        .group_by(*(gone.c[each.name] for each in keys))
        .having(or_(*(each != constant(0) for each in sums)))
    )
    names = [*(each.name for each in keys), "slot", *(each.name for each in values)]
    return Statement(insert(table).from_select(names, added).returning(constant(1)))


@lru_cache(maxsize=8)
def _emptied(table: Table) -> Statement:
    values = [column for column in table.c if column.name not in table.primary_key.columns]
    is_nothing = and_(*(each == constant(0) for each in values))
    return Statement(delete(table).where(is_nothing).returning(constant(1)))

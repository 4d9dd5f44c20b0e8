"""The texts of a change's parts for PostgreSQL, from their shapes: names and kinds, no values.

Each part counts its own arguments from `$1`; `renumber` adapts it to the others.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Delete, Insert, Select, Table, Update, text

from dealwright.storage.statements.change import OnConflict
from dealwright.storage.statements.clauses import conflict, names, returning
from dealwright.storage.statements.printing import cast_name, quoted
from dealwright.storage.statements.statement import Compiled, Statement, compile_for

_KEY = "(select key from head)"
SLOTS = 16
Cell: TypeAlias = tuple[str, bool]  # a column, and whether its value is the head's key
Kinds: TypeAlias = tuple[tuple[str, str], ...]  # a column, and what it is compared with
_PARAMETER = re.compile(r"'(?:[^']|'')*'|\$(\d+)")  # text in quotes contains no parameter


class Place(NamedTuple):
    """The place of a step: whether there is a head, and which steps on the same table come before
    it.

    Otherwise PostgreSQL runs the steps in an order of its own, at present the last first.
    """

    has_head: bool
    after: tuple[int, ...] = ()


def insert(
    table: Table,
    columns: tuple[str, ...],
    guard: tuple[Any, ...] | None,
    on_conflict: OnConflict,
    back: tuple[str, ...],
) -> str:
    numbers = count(1)
    marks = ", ".join(_mark(table, column, numbers) for column in columns)
    source = f"values ({marks})"
    if guard is not None:
        source = f"select {marks} where exists ({renumber(run(*guard), numbers)})"
    tail = conflict(table, columns, on_conflict) + returning(back)
    return f"insert into {quoted(table.name)} ({names(columns)}) {source}{tail}"


def update(
    table: Table,
    columns: tuple[str, ...],
    kinds: Kinds,
    guard: tuple[Any, ...] | None,
    back: tuple[str, ...],
) -> str:
    numbers = count(1)
    values = ", ".join(f"{quoted(column)} = {_mark(table, column, numbers)}" for column in columns)
    conditions = _conditions(table, kinds, numbers)
    if guard is not None:
        conditions += f" and exists ({renumber(run(*guard), numbers)})"
    return f"update {quoted(table.name)} set {values} where {conditions}{returning(back)}"


def put(table: Table, cells: tuple[Cell, ...], on_conflict: OnConflict, place: Place) -> str:
    numbers = count(1)
    marks = [_cell(table, cell, numbers) for cell in cells]
    return _insert_select(table, [name for name, _ in cells], marks, on_conflict, place)


def put_many(
    table: Table,
    cells: tuple[Cell, ...],
    columns: tuple[str, ...],
    on_conflict: OnConflict,
    place: Place,
) -> str:
    numbers = count(1)
    marks = [_cell(table, cell, numbers) for cell in cells]
    arrays = ", ".join(f"{_mark(table, column, numbers)}[]" for column in columns)
    given = [f"c{number}" for number in range(len(columns))]
    return _insert_select(
        table,
        [*(name for name, _ in cells), *columns],
        [*marks, *(f"given.{each}" for each in given)],
        on_conflict,
        place,
        source=f"unnest({arrays}) as given ({', '.join(given)})",
    )


def _insert_select(
    table: Table,
    columns: list[str],
    marks: list[str],
    on_conflict: OnConflict,
    place: Place,
    *,
    source: str = "",
) -> str:
    tables = ", ".join(each for each in ("head" if place.has_head else "", source) if each)
    done = " and ".join(f"(select count(*) from step_{number}) >= 0" for number in place.after)
    return (
        f"insert into {quoted(table.name)} ({names(columns)}) select {', '.join(marks)}"
        f"{f' from {tables}' if tables else ''}{f' where {done}' if done else ''}"
        f"{conflict(table, columns, on_conflict)} returning 1"
    )


def alter(
    table: Table,
    cells: tuple[Cell, ...],
    kinds: Kinds,
    place: Place,
) -> str:
    numbers = count(1)
    values = ", ".join(f"{quoted(cell[0])} = {_cell(table, cell, numbers, _KEY)}" for cell in cells)
    conditions = _conditions(table, kinds, numbers) + _gate(place)
    return f"update {quoted(table.name)} set {values} where {conditions} returning 1"


def remove(table: Table, kinds: Kinds, place: Place) -> str:
    conditions = _conditions(table, kinds, count(1)) + _gate(place)
    return f"delete from {quoted(table.name)} where {conditions} returning 1"


def _gate(place: Place) -> str:
    return " and exists (select from head)" if place.has_head else ""


def bump(has_head: bool) -> str:
    return f"""insert into counter (name, slot, value)
select given.name, pg_backend_pid() % {SLOTS}, given.added
from {"head, " if has_head else ""}unnest($1::TEXT[], $2::BIGINT[]) as given (name, added)
order by given.name
on conflict (name, slot) do update set value = counter.value + excluded.value"""


def run(statement: Statement, is_gated: bool, heads: tuple[int, ...]) -> str:
    compiled = gated(statement) if is_gated else statement.postgresql
    return _PARAMETER.sub(
        lambda found: _KEY if found[1] and int(found[1]) in heads else found[0],
        compiled.text,
    )


@lru_cache(maxsize=1000)
def gated(statement: Statement) -> Compiled:
    """The statement, which does nothing if the head's row was not matched."""
    expression, head = statement.expression(), text("exists (select from head)")
    match expression:
        case Update() | Delete():
            return compile_for("postgresql", expression.where(head))
        case Insert(select=Select() as source):
            gated = expression.from_select(
                expression._select_names or (), source.where(head), include_defaults=False
            )
            return compile_for("postgresql", gated)
    raise TypeError("a step after a head is an update, a delete or an insert from a select")


def _conditions(table: Table, kinds: Kinds, numbers: Iterator[int]) -> str:
    return " and ".join(_condition(table, name, kind, numbers) for name, kind in kinds)


def _condition(table: Table, name: str, kind: str, numbers: Iterator[int]) -> str:
    column = quoted(name)
    match kind:
        case "null":
            return f"{column} is null"
        case "head":
            return f"{column} = {_KEY}"
        case "list":
            return f"{column} = any({_mark(table, name, numbers)}[])"
    return f"{column} = {_mark(table, name, numbers)}"


def _cell(table: Table, cell: Cell, numbers: Iterator[int], key: str = "head.key") -> str:
    name, is_head = cell
    return key if is_head else _mark(table, name, numbers)


def _mark(table: Table, column: str, numbers: Iterator[int]) -> str:
    return f"${next(numbers)}::{cast_name(table.c[column].type)}"


def renumber(part: str, numbers: Iterator[int]) -> str:
    own = sorted({int(each) for each in _PARAMETER.findall(part) if each})
    new = {number: f"${next(numbers)}" for number in own}
    return _PARAMETER.sub(lambda found: new[int(found[1])] if found[1] else found[0], part)

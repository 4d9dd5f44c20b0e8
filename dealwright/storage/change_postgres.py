"""Composes a change into one PostgreSQL statement: one round trip, its own transaction.

    with head (key) as (insert … returning …), step_0 as (insert … select … from head), …
    select * from head

A head that touched no row leaves the steps nothing to work on. The text is made from the change's
shape alone and remembered by it; values travel as arguments in the same order.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Delete, Select, Table, text
from sqlalchemy import Insert as InsertStatement
from sqlalchemy import Update as UpdateStatement

from dealwright.storage.change import (
    HEAD,
    Alter,
    Bump,
    Change,
    Insert,
    OnConflict,
    Put,
    PutMany,
    Remove,
    Run,
    Step,
    Update,
)
from dealwright.storage.clauses import conflict, names, returning
from dealwright.storage.printing import cast_name, quoted
from dealwright.storage.statement import Compiled, Statement, compile_for

Values = Mapping[str, Any]
_LISTS = (list, tuple, set, frozenset)
SLOTS = 16
_KEY = "(select key from head)"
_Cell: TypeAlias = tuple[str, bool]  # a column, and whether its value is the head's key


class _Part(NamedTuple):
    """One piece of the statement: how its text is made (`$1` is its own first argument), from what
    shape, and with which arguments."""

    print: Callable[..., str]
    shape: tuple[Hashable, ...]
    arguments: tuple[Any, ...]


class _Place(NamedTuple):
    """Where a step stands: is there a head, and which steps on the same table go before it.

    Left alone, PostgreSQL runs the steps in an order of its own: last first, as it happens.
    """

    has_head: bool
    after: tuple[int, ...] = ()


def compose(change: Change) -> tuple[str, tuple[Any, ...]]:
    """The text and its arguments. Without a head the statement returns nothing of use."""
    parts = [*_parts(change)]
    text = _join(change.head is not None, tuple((part.print, part.shape) for part in parts))
    return text, tuple(argument for part in parts for argument in part.arguments)


def _parts(change: Change) -> Iterator[_Part]:
    if change.head is not None:
        yield _head(change.head)
    bumps = sorted((step.name, step.by) for step in change.then if isinstance(step, Bump))
    steps = [step for step in change.then if not isinstance(step, Bump) and not _is_idle(step)]
    touched: dict[Table, tuple[int, ...]] = {}
    for number, step in enumerate(steps):
        after = () if isinstance(step, Run) else touched.get(step.table, ())
        yield _step(step, _Place(change.head is not None, after))
        match step:
            case Remove() | Alter():
                touched[step.table] = (*after, number)
            case Put() | PutMany():
                touched[step.table] = (number,)
    if bumps:
        yield _bump(bumps, _Place(change.head is not None))


def _is_idle(step: Step) -> bool:
    return isinstance(step, PutMany) and not step.rows


@lru_cache(maxsize=1000)
def _join(
    has_head: bool, parts: tuple[tuple[Callable[..., str], tuple[Hashable, ...]], ...]
) -> str:
    printed = [print_part(*shape) for print_part, shape in parts]
    if len(printed) < 2:
        return printed[0] if printed else "select"
    numbers = count(1)
    titles = ["head (key)"] if has_head else []
    titles += [f"step_{number}" for number in range(len(printed) - len(titles))]
    steps = ",\n".join(
        f"{title} as ({_renumber(part, numbers)})"
        for title, part in zip(titles, printed, strict=True)
    )
    return f"with {steps}\nselect {'* from head' if has_head else ''}"


_PARAMETER = re.compile(r"\$(\d+)")


def _renumber(part: str, numbers: Iterator[int]) -> str:
    own = sorted({int(each) for each in _PARAMETER.findall(part)})
    new = {number: next(numbers) for number in own}
    return _PARAMETER.sub(lambda found: f"${new[int(found[1])]}", part)


def _head(head: Insert | Update) -> _Part:
    given = _run(head.given) if head.given is not None else None
    more = given.arguments if given is not None else ()
    guard = given.shape if given is not None else None
    shape: tuple[Hashable, ...]
    match head:
        case Insert(table=table, values=values):
            shape = (table, tuple(values), guard, head.on_conflict, head.returning)
            return _Part(_print_insert, shape, (*values.values(), *more))
        case Update(table=table, values=values):
            kinds, arguments = _where({"id": head.id, **head.where})
            shape = (table, tuple(values), kinds, guard, head.returning)
            return _Part(_print_update, shape, (*values.values(), *arguments, *more))


def _print_insert(
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
        source = f"select {marks} where exists ({_renumber(_print_run(*guard), numbers)})"
    tail = conflict(table, columns, on_conflict) + returning(back)
    return f"insert into {quoted(table.name)} ({names(columns)}) {source}{tail}"


def _print_update(
    table: Table,
    columns: tuple[str, ...],
    kinds: tuple[tuple[str, str], ...],
    guard: tuple[Any, ...] | None,
    back: tuple[str, ...],
) -> str:
    numbers = count(1)
    values = ", ".join(f"{quoted(column)} = {_mark(table, column, numbers)}" for column in columns)
    conditions = _conditions(table, kinds, numbers)
    if guard is not None:
        conditions += f" and exists ({_renumber(_print_run(*guard), numbers)})"
    return f"update {quoted(table.name)} set {values} where {conditions}{returning(back)}"


def _step(step: Step, place: _Place) -> _Part:
    shape: tuple[Hashable, ...]
    match step:
        case Put(table=table, values=values):
            return _Part(
                _print_put, (table, _cells(values), step.on_conflict, place), _plain(values)
            )
        case PutMany(table=table, same=same):
            columns, lists = _lists(step)
            shape = (table, _cells(same), columns, step.on_conflict, place)
            return _Part(_print_put_many, shape, (*_plain(same), *lists))
        case Alter(table=table, values=values):
            kinds, arguments = _where(step.where)
            shape = (table, _cells(values), kinds, place)
            return _Part(_print_alter, shape, (*_plain(values), *arguments))
        case Remove(table=table):
            kinds, arguments = _where(step.where)
            return _Part(_print_remove, (table, kinds, place), arguments)
        case Run():
            return _run(step, is_gated=place.has_head)
    raise AssertionError(step)


def _print_put(
    table: Table, cells: tuple[_Cell, ...], on_conflict: OnConflict, place: _Place
) -> str:
    numbers = count(1)
    marks = [_cell(table, cell, numbers) for cell in cells]
    return _insert_select(table, [name for name, _ in cells], marks, on_conflict, place)


def _print_put_many(
    table: Table,
    cells: tuple[_Cell, ...],
    columns: tuple[str, ...],
    on_conflict: OnConflict,
    place: _Place,
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
    place: _Place,
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


def _print_alter(
    table: Table,
    cells: tuple[_Cell, ...],
    kinds: tuple[tuple[str, str], ...],
    place: _Place,
) -> str:
    numbers = count(1)
    values = ", ".join(f"{quoted(cell[0])} = {_cell(table, cell, numbers, _KEY)}" for cell in cells)
    conditions = _conditions(table, kinds, numbers) + _gate(place)
    return f"update {quoted(table.name)} set {values} where {conditions} returning 1"


def _print_remove(table: Table, kinds: tuple[tuple[str, str], ...], place: _Place) -> str:
    conditions = _conditions(table, kinds, count(1)) + _gate(place)
    return f"delete from {quoted(table.name)} where {conditions} returning 1"


def _gate(place: _Place) -> str:
    return " and exists (select from head)" if place.has_head else ""


def _bump(bumps: list[tuple[str, int]], place: _Place) -> _Part:
    sums: dict[str, int] = {}
    for name, by in bumps:  # sorted: two processes that share a slot take its rows in one order
        sums[name] = sums.get(name, 0) + by
    return _Part(_print_bump, (place.has_head,), ([*sums], [*sums.values()]))


def _print_bump(has_head: bool) -> str:
    return f"""insert into counter (name, slot, value)
select given.name, pg_backend_pid() % {SLOTS}, given.added
from {"head, " if has_head else ""}unnest($1::TEXT[], $2::BIGINT[]) as given (name, added)
order by given.name
on conflict (name, slot) do update set value = counter.value + excluded.value"""


def _run(run: Run, *, is_gated: bool = False) -> _Part:
    compiled = _gated(run.statement) if is_gated else run.statement.postgresql
    arguments = compiled.arguments(run.values)
    heads = tuple(place for place, value in enumerate(arguments, 1) if value is HEAD)
    plain = tuple(value for value in arguments if value is not HEAD)
    return _Part(_print_run, (run.statement, is_gated, heads), plain)


def _print_run(statement: Statement, is_gated: bool, heads: tuple[int, ...]) -> str:
    compiled = _gated(statement) if is_gated else statement.postgresql
    return _PARAMETER.sub(
        lambda found: _KEY if int(found[1]) in heads else found[0],
        compiled.text,
    )


@lru_cache(maxsize=1000)
def _gated(statement: Statement) -> Compiled:
    """The statement, doing nothing when the head's row was not touched."""
    expression, head = statement.expression(), text("exists (select from head)")
    match expression:
        case UpdateStatement() | Delete():
            return compile_for("postgresql", expression.where(head))
        case InsertStatement(select=Select() as source):
            gated = expression.from_select(
                expression._select_names or (), source.where(head), include_defaults=False
            )
            return compile_for("postgresql", gated)
    raise TypeError("a step after a head is an update, a delete or an insert from a select")


def _cells(values: Values) -> tuple[_Cell, ...]:
    return tuple((name, value is HEAD) for name, value in values.items())


def _plain(values: Values) -> tuple[Any, ...]:
    return tuple(value for value in values.values() if value is not HEAD)


def _lists(step: PutMany) -> tuple[tuple[str, ...], list[list[Any]]]:
    columns = tuple(step.rows[0])
    rows = step.rows
    if step.on_conflict == "update":  # PostgreSQL does not overwrite one row twice
        keys = [key.name for key in step.table.primary_key if key.name in columns]
        rows = [*{tuple(row[key] for key in keys): row for row in rows}.values()]
    return columns, [[row[column] for row in rows] for column in columns]


def _where(where: Values) -> tuple[tuple[tuple[str, str], ...], tuple[Any, ...]]:
    kinds = tuple((name, _kind(value)) for name, value in where.items())
    arguments = (
        list(value) if isinstance(value, _LISTS) else value
        for value in where.values()
        if value is not None and value is not HEAD
    )
    return kinds, tuple(arguments)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if value is HEAD:
        return "head"
    return "list" if isinstance(value, _LISTS) else "value"


def _conditions(table: Table, kinds: tuple[tuple[str, str], ...], numbers: Iterator[int]) -> str:
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


def _cell(table: Table, cell: _Cell, numbers: Iterator[int], key: str = "head.key") -> str:
    name, is_head = cell
    return key if is_head else _mark(table, name, numbers)


def _mark(table: Table, column: str, numbers: Iterator[int]) -> str:
    return f"${next(numbers)}::{cast_name(table.c[column].type)}"

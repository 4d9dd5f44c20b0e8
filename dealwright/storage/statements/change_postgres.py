"""Composes a change into one PostgreSQL statement: one round trip, its own transaction.

    with head (key) as (insert … returning …), step_0 as (insert … select … from head), …
    select * from head

If the head matched no row, the steps have nothing to work on. The text depends only on the change's
shape and is cached by it; values are arguments in the same order.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Table

from dealwright.storage.statements import change_postgres_text as texts
from dealwright.storage.statements.change import (
    HEAD,
    Alter,
    Bump,
    Change,
    Insert,
    Put,
    PutMany,
    Remove,
    Run,
    Step,
    Update,
)
from dealwright.storage.statements.change_postgres_text import Cell, Kinds, Place

Values = Mapping[str, Any]
_LISTS = (list, tuple, set, frozenset)


class _Part(NamedTuple):
    """One piece of the statement: the function that makes its text (`$1` is its own first
    argument), its shape, and its arguments."""

    print: Callable[..., str]
    shape: tuple[Hashable, ...]
    arguments: tuple[Any, ...]


def compose(change: Change) -> tuple[str, tuple[Any, ...]]:
    """The text and its arguments. Without a head the result of the statement has no meaning."""
    parts = [*_parts(change)]
    text = _join(change.head is not None, tuple((part.print, part.shape) for part in parts))
    return text, tuple([argument for part in parts for argument in part.arguments])


def _parts(change: Change) -> Iterator[_Part]:
    if change.head is not None:
        yield _head(change.head)
    bumps = sorted((step.name, step.by) for step in change.then if isinstance(step, Bump))
    steps = [step for step in change.then if not isinstance(step, Bump) and not _is_idle(step)]
    touched: dict[Table, tuple[int, ...]] = {}
    for number, step in enumerate(steps):
        after = () if isinstance(step, Run) else touched.get(step.table, ())
        yield _step(step, Place(change.head is not None, after))
        match step:
            case Remove() | Alter():
                touched[step.table] = (*after, number)
            case Put() | PutMany():
                touched[step.table] = (number,)
    if bumps:
        yield _bump(bumps, Place(change.head is not None))


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
        f"{title} as ({texts.renumber(part, numbers)})"
        for title, part in zip(titles, printed, strict=True)
    )
    return f"with {steps}\nselect {'* from head' if has_head else ''}"


def _head(head: Insert | Update) -> _Part:
    given = _run(head.given) if head.given is not None else None
    more = given.arguments if given is not None else ()
    guard = given.shape if given is not None else None
    shape: tuple[Hashable, ...]
    match head:
        case Insert(table=table, values=values):
            shape = (table, tuple(values), guard, head.on_conflict, head.returning)
            return _Part(texts.insert, shape, (*values.values(), *more))
        case Update(table=table, values=values):
            kinds, arguments = _where({"id": head.id, **head.where})
            shape = (table, tuple(values), kinds, guard, head.returning)
            return _Part(texts.update, shape, (*values.values(), *arguments, *more))


def _step(step: Step, place: Place) -> _Part:
    shape: tuple[Hashable, ...]
    match step:
        case Put(table=table, values=values):
            shape = (table, _cells(values), step.on_conflict, place)
            return _Part(texts.put, shape, _plain(values))
        case PutMany(table=table, same=same):
            columns, lists = _lists(step)
            shape = (table, _cells(same), columns, step.on_conflict, place)
            return _Part(texts.put_many, shape, (*_plain(same), *lists))
        case Alter(table=table, values=values):
            kinds, arguments = _where(step.where)
            shape = (table, _cells(values), kinds, place)
            return _Part(texts.alter, shape, (*_plain(values), *arguments))
        case Remove(table=table):
            kinds, arguments = _where(step.where)
            return _Part(texts.remove, (table, kinds, place), arguments)
        case Run():
            return _run(step, is_gated=place.has_head)
    raise AssertionError(step)


def _bump(bumps: list[tuple[str, int]], place: Place) -> _Part:
    sums: dict[str, int] = {}
    for name, by in bumps:  # sorted: two processes that share a slot take its rows in one order
        sums[name] = sums.get(name, 0) + by
    return _Part(texts.bump, (place.has_head,), ([*sums], [*sums.values()]))


def _run(run: Run, *, is_gated: bool = False) -> _Part:
    compiled = texts.gated(run.statement) if is_gated else run.statement.postgresql
    arguments = compiled.arguments(run.values)
    heads = tuple(place for place, value in enumerate(arguments, 1) if value is HEAD)
    plain = tuple(value for value in arguments if value is not HEAD)
    return _Part(texts.run, (run.statement, is_gated, heads), plain)


def _cells(values: Values) -> tuple[Cell, ...]:
    return tuple([(name, value is HEAD) for name, value in values.items()])


def _plain(values: Values) -> tuple[Any, ...]:
    return tuple([value for value in values.values() if value is not HEAD])


def _lists(step: PutMany) -> tuple[tuple[str, ...], list[list[Any]]]:
    columns = tuple(step.rows[0])
    rows = step.rows
    if step.on_conflict == "update":
        keys = [key for key in _keys(step.table) if key not in step.same]
        if {*keys} <= {*columns}:  # PostgreSQL does not overwrite one row twice
            rows = [*{tuple(row[key] for key in keys): row for row in rows}.values()]
    return columns, [[row[column] for row in rows] for column in columns]


@cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(key.name for key in table.primary_key)


def _where(where: Values) -> tuple[Kinds, tuple[Any, ...]]:
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

"""Runs a change on SQLite: its steps in turn, on the one connection that writes.

Texts are cached by shape (table, columns, kinds of conditions). The caller undoes failed changes.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import ForeignKeyConstraint, Table

from dealwright.storage.statements.change import (
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
from dealwright.storage.statements.clauses import conflict, names, returning
from dealwright.storage.statements.printing import json_text, quoted

Row = tuple[Any, ...]
Values = Mapping[str, Any]
_BUMP = """insert into counter (name, slot, value) values (?, 0, ?)
on conflict (name, slot) do update set value = value + excluded.value"""
# SQLite takes a third longer to insert a row and return its key than to insert it.
_KEY = ("id",)


class Direct(Protocol):
    """Runs text at once."""

    def rows(self, text: str, arguments: Any) -> list[Row]: ...

    def inserted(self, text: str, arguments: Any) -> int:
        """The number that SQLite gives the one row that the text inserts."""

    def many(self, text: str, arguments: Iterable[tuple[Any, ...]]) -> None: ...


def apply(change: Change, direct: Direct) -> Row | None:
    """The head's row (`()` without a head), or None if it matched none and nothing was done."""
    row: Row | None = ()
    if change.head is not None:
        row = _head(change.head, direct)
        if row is None:
            return None
    key = row[0] if row else None
    for step in change.then:
        _step(step, key, direct)
    return row


def _head(head: Insert | Update, direct: Direct) -> Row | None:
    if head.given is not None and not direct.rows(*_text_of(head.given, None)):
        return None
    match head:
        case Insert() if head.returning == _KEY and head.on_conflict is None:
            text = _insert(head.table, tuple(head.values), None)
            made = direct.inserted(text, tuple(head.values.values()))
            return (head.values.get("id", made),)  # a GUID is not a number for SQLite
        case Insert():
            text = _insert(head.table, tuple(head.values), head.on_conflict, head.returning)
            rows = direct.rows(text, tuple(head.values.values()))
        case Update():
            where = {"id": head.id, **head.where}
            text = _alter(head.table, tuple(head.values), _kinds(where), head.returning)
            rows = direct.rows(text, (*head.values.values(), *_arguments(where)))
    return rows[0] if rows else None


def _step(step: Step, key: Any, direct: Direct) -> None:
    match step:
        case Put():
            values = _with_key(step.values, key)
            text = _insert(step.table, tuple(values), step.on_conflict)
            direct.rows(text, tuple(values.values()))
        case PutMany():
            if step.rows:
                _put_many(step, key, direct)
        case Alter():
            values, where = _with_key(step.values, key), _with_key(step.where, key)
            text = _alter(step.table, tuple(values), _kinds(where))
            direct.rows(text, (*values.values(), *_arguments(where)))
        case Remove():
            where = _with_key(step.where, key)
            direct.rows(_remove(step.table, _kinds(where)), _arguments(where))
        case Bump():
            direct.rows(_BUMP, (step.name, step.by))
        case Run():
            direct.rows(*_text_of(step, key))


def _put_many(step: PutMany, key: Any, direct: Direct) -> None:
    same = tuple(_with_key(step.same, key).values())
    names = tuple(step.rows[0])
    text = _insert(step.table, (*step.same, *names), step.on_conflict)
    direct.many(text, [(*same, *(row[name] for name in names)) for row in step.rows])


def _text_of(run: Run, key: Any) -> tuple[str, Any]:
    compiled = run.statement.sqlite
    return compiled.text, compiled.arguments(_with_key(run.values, key))


def _with_key(values: Values, key: Any) -> Values:
    return {name: key if value is HEAD else value for name, value in values.items()}


def _kinds(where: Values) -> tuple[tuple[str, str], ...]:
    return tuple((name, _kind(value)) for name, value in where.items())


def _kind(value: object) -> str:
    if value is None:
        return "is null"
    return "in (select value from json_each(?))" if isinstance(value, _LISTS) else "= ?"


_LISTS = (list, tuple, set, frozenset)


def _arguments(where: Values) -> tuple[Any, ...]:
    return tuple(
        json_text(value).decode() if isinstance(value, _LISTS) else value
        for value in where.values()
        if value is not None
    )


@lru_cache(maxsize=1000)
def _insert(
    table: Table, columns: tuple[str, ...], on_conflict: OnConflict, back: tuple[str, ...] = ()
) -> str:
    marks = ", ".join("?" for _ in columns)
    return (
        f"insert into {quoted(table.name)} ({names(columns)}) values ({marks})"
        f"{conflict(table, columns, on_conflict)}{returning(back)}"
    )


@lru_cache(maxsize=1000)
def _alter(
    table: Table,
    columns: tuple[str, ...],
    kinds: tuple[tuple[str, str], ...],
    back: tuple[str, ...] = (),
) -> str:
    values = ", ".join(f"{quoted(column)} = ?" for column in columns)
    return f"update {quoted(table.name)} set {values} where {_conditions(kinds)}{returning(back)}"


@lru_cache(maxsize=1000)
def _remove(table: Table, kinds: tuple[tuple[str, str], ...]) -> str:
    return f"delete from {quoted(table.name)} where {_conditions(kinds)}"


def _conditions(kinds: tuple[tuple[str, str], ...]) -> str:
    return " and ".join(f"{quoted(name)} {kind}" for name, kind in kinds)


def dangling(change: Change, direct: Direct) -> tuple[str, str]:
    """The violated foreign key (its name and table), which SQLite itself does not name.

    Queried after the change is undone. Empty if it cannot be found.
    """
    for step in (change.head, *change.then):
        match step:
            case Insert() | Update() | Put() | Alter():
                found = _missing(step.table, [step.values], direct)
            case PutMany():
                found = _missing(step.table, [{**step.same, **row} for row in step.rows], direct)
            case Remove():
                found = _used(step, direct)
            case _:
                continue
        if found is not None:
            return str(found.name or ""), found.table.name
    return "", ""


def _missing(table: Table, rows: list[Values], direct: Direct) -> ForeignKeyConstraint | None:
    for key in table.foreign_key_constraints:
        element = key.elements[0]
        target, name = element.column, element.parent.name
        text = f"select 1 from {quoted(target.table.name)} where {quoted(target.name)} = ?"
        given = {row.get(name) for row in rows} - {None, HEAD}
        if not all(direct.rows(text, (value,)) for value in given):
            return key
    return None


def _used(step: Remove, direct: Direct) -> ForeignKeyConstraint | None:
    if HEAD in step.where.values():
        return None
    gone = f"from {quoted(step.table.name)} where {_conditions(_kinds(step.where))}"
    for table in step.table.metadata.tables.values():
        for key in table.foreign_key_constraints:
            element = key.elements[0]
            if element.column.table is not step.table or key.ondelete:
                continue
            keys = f"select {quoted(element.column.name)} {gone}"
            text = f"select 1 from {quoted(table.name)} where {quoted(element.parent.name)} in"
            if direct.rows(f"{text} ({keys}) limit 1", _arguments(step.where)):
                return key
    return None


def is_foreign_key(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_FOREIGNKEY"

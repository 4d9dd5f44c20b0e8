"""A change to several tables as a value: what is saved, not how. Knows no SQL and no table.

The steps of one change do not see each other's rows (PostgreSQL runs them as one statement). Steps
on the same table run in their order, so that a set can be removed and inserted again; but no two of
them write the same row. SQLite checks references step by step: insert the rows that others refer to
first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeAlias

from sqlalchemy import Table

from dealwright.storage.statements.statement import Statement

OnConflict: TypeAlias = Literal["nothing", "update"] | None


class _Head(Enum):
    HEAD = "the key of the head's row"


HEAD = _Head.HEAD


@dataclass(frozen=True, slots=True)
class Run:
    """A statement with its arguments; `HEAD` may be one of them. As a step it must be an update, a
    delete or an `insert … select`."""

    statement: Statement
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row. It is not inserted if `given` (a select) has no row, nor with
    `on_conflict="nothing"` if its key exists: then `save` returns None."""

    table: Table
    values: Mapping[str, Any]
    given: Run | None = None
    on_conflict: Literal["nothing"] | None = None
    returning: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class Update:
    """New values for one row, if it still matches `where`."""

    table: Table
    id: Any
    values: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)
    given: Run | None = None
    returning: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class Put:
    """One more row. `update` overwrites the row with the same primary key."""

    table: Table
    values: Mapping[str, Any]
    on_conflict: OnConflict = None


@dataclass(frozen=True, slots=True)
class PutMany:
    """Many rows at once: their common values, and the other values of each (all with the same
    keys). With `update`, the last of several rows with the same primary key counts."""

    table: Table
    same: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    on_conflict: OnConflict = None


@dataclass(frozen=True, slots=True)
class Alter:
    """New values for all rows that match `where`, even if there are none; never for the head's own
    row, which PostgreSQL would change only once."""

    table: Table
    values: Mapping[str, Any]
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remove:
    """Deletes the rows where every column has the value, or one of the values in a list."""

    table: Table
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bump:
    """Adds to a counter: to a row (name, slot, value) of the table `counter`. The count is the sum
    of its slots; there are many, so that writers do not wait for each other."""

    name: str
    by: int


Step: TypeAlias = Put | PutMany | Alter | Remove | Bump | Run


@dataclass(frozen=True, slots=True)
class Change:
    """What one action saves. `then` runs only if the head matched its row; `HEAD` as a value in it
    is the first column that the head returns."""

    head: Insert | Update | None
    then: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        seen: set[Table] = set()
        for step in self.then:
            if isinstance(step, Remove | Alter) and step.table in seen:
                raise TypeError(f"{step.table.name}: remove and alter rows before others are put")
            if isinstance(step, Put | PutMany):
                seen.add(step.table)

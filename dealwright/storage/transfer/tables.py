"""Tables as both databases agree on them: names, columns, kinds of values, one line of JSON a row.

Read from the database itself and not from the schema, so that the tables of every released step can
be copied. Knows no use case.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, NamedTuple, Protocol

import msgspec

STEPS = "alembic_version"
# Tables that triggers fill from others: not copied, since the target fills its own.
DERIVED = frozenset({"opportunity_sum", "opportunity_viewer"})
_KINDS = {
    **dict.fromkeys(("integer", "bigint"), "whole"),
    **dict.fromkeys(("varchar", "text", "char", "character", "character varying"), "text"),
    "boolean": "flag",
}
_TYPES: Mapping[str, Any] = {"whole": int | None, "text": str | None, "flag": bool | None}


class Column(NamedTuple):
    name: str
    kind: str  # whole | text | flag


class Table(NamedTuple):
    """`last_id`: the highest id that was ever given, if the database counts ids for this table."""

    name: str
    columns: tuple[Column, ...]
    last_id: int | None = None

    def place(self, column: str) -> int | None:
        """The position of a column in a row."""
        names = [each.name for each in self.columns]
        return names.index(column) if column in names else None


Rows = AsyncIterator[Sequence[Any]]


class Source(Protocol):
    """One moment of a database, whatever others write meanwhile."""

    step: str

    async def tables(self) -> list[Table]:
        """Sorted by name."""

    def rows(self, table: Table) -> Rows:
        """Booleans from SQLite are 0 and 1."""


class Target(Protocol):
    """A database that is being filled in one transaction."""

    async def tables(self) -> list[Table]:
        """Each table after those that it refers to."""

    async def is_empty(self, table: Table) -> bool: ...

    async def load(self, table: Table, rows: Rows) -> int:
        """Adds rows; returns how many."""

    async def continue_after(self, table: Table, last_id: int) -> None:
        """The next id will be higher than this one and than those that are there."""


def kind_of(declared: str) -> str:
    """The kind of a column by its type in either database. Raises `KeyError`."""
    return _KINDS[declared.partition("(")[0].strip().lower()]


def decoder(columns: Sequence[Column]) -> "msgspec.json.Decoder[tuple[Any, ...]]":
    """Reads one row, and refuses values of another kind or number with `msgspec.MsgspecError`."""
    types = tuple(_TYPES[each.kind] for each in columns)
    return msgspec.json.Decoder(tuple[types])  # type: ignore[valid-type]


def flags(columns: Sequence[Column]) -> list[int]:
    """The positions of booleans."""
    return [place for place, each in enumerate(columns) if each.kind == "flag"]


def in_order(names: Collection[str], references: Collection[tuple[str, str]]) -> list[str]:
    """Each name after those that it refers to. `references`: pairs of name and name referred to;
    those to itself do not count."""
    sorter: TopologicalSorter[str] = TopologicalSorter({name: set() for name in sorted(names)})
    for name, other in references:
        if name != other:
            sorter.add(name, other)
    return list(sorter.static_order())

"""Reads records of any kind: one, and several as lists show them. Knows no entity: a slice passes
its statements and its shapes."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from dealwright.errors import NotFound
from dealwright.storage.statements.statement import Statement
from dealwright.wire.envelope import Answer
from dealwright.work import Work, version_of

Shown = TypeVar("Shown", covariant=True)
Listed = TypeVar("Listed")
References = TypeVar("References")
Rows = Iterable[Sequence[Any]]


class ViewQueries(Protocol):
    """What the queries of a slice offer to read one record."""

    def view(self, is_admin: bool, is_trusted: bool, /) -> Statement:
        """The record `id`: one row, or none."""


class ViewShapes(Protocol[Shown, References]):
    """What the shapes of a slice offer to build one record. VERSION is a position in the row."""

    VERSION: int

    async def references(self, work: Work, /) -> References: ...

    def from_view(self, row: Sequence[Any], to: References, /) -> Shown: ...


class ListQueries(Protocol):
    """What the queries of a slice offer to read several records."""

    VALUES_OF: Statement

    def rows(self, is_admin: bool, /) -> Statement:
        """The records `ids` that the actor sees, in no order; the id comes first."""

    def members_of(self, is_admin: bool, /) -> Statement:
        """The members of the records `ids`; the record's id comes first."""


class ListShapes(Protocol[Listed, References]):
    """What the shapes of a slice offer to build several records."""

    async def references(self, work: Work, /) -> References: ...

    def from_rows(
        self, rows: Rows, members: Rows, values: Rows, to: References, /
    ) -> list[Listed]: ...


async def view(
    work: Work,
    queries: ViewQueries,
    shapes: ViewShapes[Shown, References],
    record_id: int,
    *,
    is_trusted: bool,
) -> Answer[Shown]:
    """One record with its version as the ETag. With `is_trusted` the actor has just changed it, so
    they get it even if they may no longer see it. Raises NotFound."""
    statement = queries.view(work.actor.is_admin, is_trusted)
    row = await work.row(statement, actor=work.actor.id, id=record_id)
    if row is None:
        raise NotFound
    record = shapes.from_view(row, await shapes.references(work))
    return Answer(value=record, etag=version_of(record_id, row[shapes.VERSION]))


async def show(
    work: Work, queries: ListQueries, shapes: ListShapes[Listed, References], ids: Sequence[int]
) -> list[Listed]:
    """The records as lists show them, in the given order, without those that the actor may not
    see."""
    if not ids:
        return []
    binds = {"actor": work.actor.id, "ids": ids}
    is_admin = work.actor.is_admin
    rows = {row[0]: row for row in await work.fetch_with(queries.rows(is_admin), binds)}
    members = await work.fetch_with(queries.members_of(is_admin), binds)
    values = await work.fetch_with(queries.VALUES_OF, binds)
    ordered = [rows[each] for each in ids if each in rows]
    return shapes.from_rows(ordered, members, values, await shapes.references(work))

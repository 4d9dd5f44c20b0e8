"""What a change of any record contains besides its own row: links, custom values, search words,
totals, the audit trail, the outbox and the trash. Knows no entity by name.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dealwright.errors import ConcurrentUpdate, Conflict
from dealwright.records.audit.actions import author, entries, entry
from dealwright.storage import dependents
from dealwright.storage.engines.engine import UniqueViolation
from dealwright.storage.queue.outbox import job, jobs
from dealwright.storage.schema import Table
from dealwright.storage.statements.change import (
    HEAD,
    Bump,
    Change,
    Insert,
    Put,
    PutMany,
    Remove,
    Step,
    Update,
)
from dealwright.storage.text import Folded
from dealwright.work import Work

ALWAYS = ("modified_by", "modified_on", "touched_on", "version")
Values = Sequence[tuple[int, str]]


class RecordTables(NamedTuple):
    """The tables of one entity. `owner` is the column by which dependent rows point to the
    record."""

    entity: str
    owner: str
    table: Table
    texts: Table | None = None
    values: Table | None = None

    def links(
        self, table: Table, column: str, old: Collection[Any], new: Collection[Any]
    ) -> Iterator[Step]:
        """The rows of a link table that go and that come."""
        before, after = frozenset(old), frozenset(new)
        gone = [each for each in old if each not in after]
        come = [{column: each} for each in new if each not in before]
        if gone:
            yield Remove(table, {self.owner: HEAD, column: gone})
        if come:
            yield PutMany(table, {self.owner: HEAD}, come, "nothing")

    def custom_values(self, old: Values, new: Values) -> Iterator[Step]:
        assert self.values is not None
        before, after = dict(old), dict(new)
        gone = [field for field in before if field not in after]
        come = [{"field_id": id, "value": text} for id, text in new if before.get(id) != text]
        if gone:
            yield Remove(self.values, {self.owner: HEAD, "field_id": gone})
        if come:
            yield PutMany(self.values, {self.owner: HEAD}, come, "update")

    def words(self, old: Folded | None, new: Folded) -> Iterator[Step]:
        assert self.texts is not None
        if old is None or old.words != new.words:
            row = {"id": HEAD, "words": new.words}
            yield Put(self.texts, row, None if old is None else "update")

    def change(self, old: Mapping[str, Any], new: Mapping[str, Any], record: Any) -> Update:
        """The changed columns, for the row of `record` if it still has its version."""
        changed = {
            name: value for name, value in new.items() if value != old[name] or name in ALWAYS
        }
        return Update(self.table, record.id, changed, {"version": record.version})

    async def save(
        self,
        work: Work,
        head: Insert | Update,
        steps: Sequence[Step],
        *,
        action: str,
        changes: Collection[tuple[str, Any, Any]] = (),
    ) -> int:
        """Saves with audit trail and job, and returns the record's id. Raises Conflict for a used
        externalId, ConcurrentUpdate if the row has changed since it was read."""
        held = dependents.held_by(self.entity, head.values) if head.given is None else None
        if held is not None:
            head = replace(head, given=held)
        audit_entry = entry(work, self.entity, action, changes)
        caused = job(f"{self.entity}.{action}", {}, now=work.now)
        try:
            row = await work.save(Change(head, (*steps, audit_entry, caused)))
        except UniqueViolation as taken:
            if "external_id" not in taken.constraint:
                raise ConcurrentUpdate from taken
            used = head.values.get("external_id")
            raise Conflict(
                f"The externalId {used!r} belongs to another {self.entity}:"
                " externalId must be unique"
            ) from taken
        if row is None:
            raise ConcurrentUpdate
        return int(row[0])

    async def move_to_trash(self, work: Work, record: Any, *, counter: str | None = None) -> None:
        """Moves a record to the trash with its tasks, events and files; other references to it
        stay, so that it can be restored. `counter`: the counter that includes it. Needs a
        transaction if it may have dependents."""
        gone = {"deleted_on": work.now, "deleted_by": work.actor.id, "version": record.version + 1}
        head = Update(self.table, record.id, gone, {"version": record.version})
        steps = () if counter is None else (Bump(counter, -1),)
        await self.save(work, head, steps, action="deleted")
        await self._trash_dependents(work, [record.id])

    async def trash_dependents_of_many(
        self, work: Work, ids: Sequence[int], gone: Mapping[str, int] | None = None
    ) -> None:
        """The steps that follow when many records went to the trash: their dependents go along.
        `gone` says how many by counter. As many statements for many records as for one."""
        if ids:
            bumps = [Bump(counter, -count) for counter, count in (gone or {}).items()]
            audit_entries = entries(work, self.entity, "deleted", ids)
            caused = jobs(f"{self.entity}.deleted", ids, now=work.now)
            await work.save(Change(None, (*bumps, audit_entries, caused)))
            await self._trash_dependents(work, ids)

    async def _trash_dependents(self, work: Work, ids: Sequence[int]) -> None:
        """A statement of its own: a transaction that adds to these records meanwhile (see
        `held_by`) has either finished, and its rows are seen now, or finds the records in the
        trash."""
        steps = dependents.trash_steps(
            self.entity, ids, now=work.now, actor=work.actor.id, author=author(work)
        )
        if steps:
            await work.save(Change(None, steps))


async def hold(work: Work, entity: str, rows: Collection[Mapping[str, Any]]) -> None:
    """Does for many new rows in one transaction what `RecordTables.save` does for one: keeps the
    records to which they belong outside the trash. Raises ConcurrentUpdate if one is in it already.
    """
    for column, parent in dependents.parents(entity).items():
        if ids := {row[column] for row in rows} - {None}:
            found = await work.fetch(dependents.held(parent), ids=sorted(ids))
            if len(found) < len(ids):
                raise ConcurrentUpdate


def counted(old: str | None, new: str) -> Iterator[Step]:
    """Moves a record from one counter (None: it is new) to another."""
    if old != new:
        if old is not None:
            yield Bump(old, -1)
        yield Bump(new, 1)

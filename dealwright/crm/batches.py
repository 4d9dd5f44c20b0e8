"""Deletes and shares many records of one entity in one transaction; ids or a filter select them.
Knows no entity by name: a slice passes its tables and statements."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from dealwright.crm.access_changes import Loaded, newcomer_notices
from dealwright.crm.trash.reads import with_dependents
from dealwright.errors import ConcurrentUpdate, Invalid
from dealwright.people.actions import demand_workers
from dealwright.records.audit.actions import differing
from dealwright.records.listing import PageParams
from dealwright.records.record import RecordTables
from dealwright.records.sharing import may_share, next_version, share
from dealwright.storage.queue.outbox import jobs
from dealwright.storage.schema import Table
from dealwright.storage.statements.change import Bump, Change, PutMany, Remove, Step
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work

AT_ONCE = 500
Record = TypeVar("Record")


class Entity(NamedTuple):
    """What a slice provides so that its records can be changed many at a time.

    `remove` and `share` are statements of `storage.statements.record_statements`; `counter` names
    the total that counts a record, None if the entity has no totals.
    """

    kind: RecordTables
    access: Table
    load_many: Callable[[Work, Sequence[int]], Awaitable[Sequence[Loaded]]]
    changes_of: Callable[[Any, Any], list[tuple[str, Any, Any]]]
    remove: Callable[[bool], Statement]
    share: Statement
    counter: Callable[[bool], str] | None = None  # argument: whether the record is private


class FilterQueries(Protocol):
    """What the queries of a slice offer to select records by a filter."""

    def ids(self, is_admin: bool, filters: Any, /) -> Statement:
        """The ids of all records that match the filters."""


async def matching_ids(
    work: Work, queries: FilterQueries, filter_params: PageParams, *, means_all: bool, what: str
) -> list[int]:
    """The ids of the records that match a filter. Raises Invalid for an empty filter unless
    `means_all`.

    # differs: in the reference an empty filter changes every record.
    """
    if filter_params.filters.is_empty and not filter_params.nothing and not means_all:
        raise Invalid("all", f"must be true to change every {what} you see; or give a filter")
    if filter_params.nothing:
        return []
    statement = queries.ids(work.actor.is_admin, filter_params.filters)
    rows = await work.fetch_with(statement, {"actor": work.actor.id, **filter_params.values})
    return [row[0] for row in rows]


async def delete(
    work: Work,
    of: Entity,
    ids: Sequence[int],
    *,
    show: Callable[[Work, Sequence[int]], Awaitable[list[Record]]],
) -> list[Record]:
    """Moves the records that the actor sees to the trash and returns them as they were. The
    `also_deleted` of each counts what went to the trash with it. Skips the other ids."""
    deleted: list[Record] = []
    for some in batches(ids):
        before = await show(work, some)
        await _remove(work, of, some)
        deleted += await with_dependents(work, of.kind.entity, before)
    return deleted


async def share_many(
    work: Work,
    of: Entity,
    ids: Sequence[int],
    *,
    is_private: bool | None,
    access_list: Sequence[str],
    show: Callable[[Work, Sequence[int]], Awaitable[list[Record]]],
) -> list[Record]:
    """Sets who sees the records that the actor created (an administrator: any record) and returns
    them as they are afterwards. Skips the other ids."""
    changed: list[int] = []
    for some in batches(ids):
        pairs = [
            await _shared(work, loaded.before, is_private=is_private, access_list=access_list)
            for loaded in await of.load_many(work, some)
            if may_share(loaded.before, actor=work.actor.id, is_admin=work.actor.is_admin)
        ]
        if pairs:
            await _save(work, of, pairs)
        changed += [before.id for before, _ in pairs]
    return [each for some in batches(changed) for each in await show(work, some)]


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """Each id once, in the given order, in batches of at most AT_ONCE so that no statement grows
    without a bound."""
    once = list(dict.fromkeys(each for each in ids if each > 0))
    for start in range(0, len(once), AT_ONCE):
        yield once[start : start + AT_ONCE]


async def _shared(
    work: Work, before: Any, *, is_private: bool | None, access_list: Sequence[str]
) -> tuple[Any, Any]:
    """A record before and after the change."""
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = share(before, is_private=is_private, access_list=access_list, actor=work.actor.id)
    return before, next_version(after, before)


async def _save(work: Work, of: Entity, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Uses the same number of statements for many records as for one."""
    versions = [(before.id, before.version, after.is_private) for before, after in pairs]
    rows = await work.fetch(of.share, given=versions, actor=work.actor.id, now=work.now)
    if len(rows) != len(pairs):
        raise ConcurrentUpdate
    ids = [before.id for before, _ in pairs]
    owner, entity = of.kind.owner, of.kind.entity
    listed = [
        {owner: after.id, "person_id": person} for _, after in pairs for person in after.access
    ]
    steps: list[Step] = [
        *_counted(of, pairs),
        *await newcomer_notices(work, of.kind, pairs),
        differing(work, entity, "shared", {old.id: of.changes_of(old, new) for old, new in pairs}),
        jobs(f"{entity}.shared", ids, now=work.now),
    ]
    await work.save(Change(None, (Remove(of.access, {owner: ids}),)))
    await work.save(Change(None, (PutMany(of.access, {}, listed), *steps)))


def _counted(of: Entity, pairs: Sequence[tuple[Any, Any]]) -> list[Bump]:
    if of.counter is None:
        return []
    counts = Counter(of.counter(after.is_private) for _, after in pairs)
    counts.subtract(of.counter(before.is_private) for before, _ in pairs)
    return [Bump(name, by) for name, by in counts.items() if by]


async def _remove(work: Work, of: Entity, ids: Sequence[int]) -> None:
    """Uses the same number of statements for many records as for one."""
    statement = of.remove(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=ids, now=work.now)
    counts = Counter(of.counter(bool(row[1])) for row in rows) if of.counter else {}
    await of.kind.trash_dependents_of_many(work, [row[0] for row in rows], counts)

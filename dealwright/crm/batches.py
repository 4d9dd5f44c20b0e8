"""Deleting and sharing many records of one entity at once, chosen by ids or by a filter, in one
transaction. Knows no entity by name: a slice gives its way in and out of its tables.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from dealwright.crm.access_changes import Loaded, told_newcomers
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
Shown = TypeVar("Shown")


class Entity(NamedTuple):
    """What records can do many at a time. `counter`: which total one is counted in, if any.

    `remove` and `share` are the statements of `storage.records`.
    """

    kind: RecordTables
    access: Table
    load_many: Callable[[Work, Sequence[int]], Awaitable[Sequence[Loaded]]]
    changes_of: Callable[[Any, Any], list[tuple[str, Any, Any]]]
    remove: Callable[[bool], Statement]
    share: Statement
    counter: Callable[[bool], str] | None = None  # of private ones, of public ones


class Chosen(Protocol):
    """What a slice's queries offer to choose by a filter."""

    def ids(self, is_admin: bool, filters: Any, /) -> Statement:
        """All ids that the filters leave."""


async def found(
    work: Work, queries: Chosen, wanted: PageParams, *, means_all: bool, what: str
) -> list[int]:
    """The ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all.

    # differs: in the reference an empty filter changes everything.
    """
    if wanted.filters.is_empty and not wanted.nothing and not means_all:
        raise Invalid("all", f"must be true to change every {what} you see; or give a filter")
    if wanted.nothing:
        return []
    statement = queries.ids(work.actor.is_admin, wanted.filters)
    rows = await work.fetch_with(statement, {"actor": work.actor.id, **wanted.values})
    return [row[0] for row in rows]


async def delete(
    work: Work,
    of: Entity,
    ids: Sequence[int],
    *,
    show: Callable[[Work, Sequence[int]], Awaitable[list[Shown]]],
) -> list[Shown]:
    """Puts those that the actor sees into the trash; they as they were, with what went there with
    each in its `also_deleted`. The others are skipped."""
    shown: list[Shown] = []
    for some in batches(ids):
        before = await show(work, some)
        await _remove(work, of, some)
        shown += await with_dependents(work, of.kind.entity, before)
    return shown


async def share_many(
    work: Work,
    of: Entity,
    ids: Sequence[int],
    *,
    is_private: bool | None,
    access_list: Sequence[str],
    show: Callable[[Work, Sequence[int]], Awaitable[list[Shown]]],
) -> list[Shown]:
    """Decides who sees those records that the actor created, or all as an administrator; these as
    they are then. The others are skipped."""
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
    """Each id once, in the given order, so many at a time that no statement grows without bound."""
    once = list(dict.fromkeys(each for each in ids if each > 0))
    for start in range(0, len(once), AT_ONCE):
        yield once[start : start + AT_ONCE]


async def _shared(
    work: Work, before: Any, *, is_private: bool | None, access_list: Sequence[str]
) -> tuple[Any, Any]:
    """A record as it is and as it shall be."""
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = share(before, is_private=is_private, access_list=access_list, actor=work.actor.id)
    return before, next_version(after, before)


async def _save(work: Work, of: Entity, pairs: Sequence[tuple[Any, Any]]) -> None:
    """With as many statements for many as for one."""
    given = [(before.id, before.version, after.is_private) for before, after in pairs]
    rows = await work.fetch(of.share, given=given, actor=work.actor.id, now=work.now)
    if len(rows) != len(pairs):
        raise ConcurrentUpdate
    ids = [before.id for before, _ in pairs]
    owner, entity = of.kind.owner, of.kind.entity
    listed = [
        {owner: after.id, "person_id": person} for _, after in pairs for person in after.access
    ]
    steps: list[Step] = [
        *_counted(of, pairs),
        *await told_newcomers(work, of.kind, pairs),
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
    """With as many statements for many as for one."""
    statement = of.remove(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=ids, now=work.now)
    gone = Counter(of.counter(bool(row[1])) for row in rows) if of.counter else {}
    await of.kind.told_gone(work, [row[0] for row in rows], gone)

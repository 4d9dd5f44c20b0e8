"""Deleting and sharing many opportunities at once, chosen by ids or by a filter, in one
transaction."""

from collections import Counter
from collections.abc import Sequence

from dealwright.audit.actions import differing
from dealwright.errors import Invalid, Raced
from dealwright.opportunities import queries, rules, stored
from dealwright.opportunities.filters import Wanted
from dealwright.opportunities.lists import show
from dealwright.opportunities.rules import Opportunity as Record
from dealwright.opportunities.shapes import Opportunity
from dealwright.opportunity_batches import queries as batches
from dealwright.people.actions import demand_workers
from dealwright.storage import schema
from dealwright.storage.change import Bump, Change, PutMany, Remove, Step
from dealwright.storage.outbox import jobs
from dealwright.work import Work

AT_ONCE = 500


async def found(work: Work, wanted: Wanted, *, means_all: bool) -> list[int]:
    """The ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all.

    # differs: in the reference an empty filter deletes everything.
    """
    if wanted.filters.is_empty and not wanted.nothing and not means_all:
        raise Invalid("all", "must be true to change every opportunity you see; or give a filter")
    if wanted.nothing:
        return []
    statement = queries.ids(work.actor.is_admin, wanted.filters)
    rows = await work.fetch_with(statement, {"actor": work.actor.id, **wanted.values})
    return [row[0] for row in rows]


async def delete(work: Work, opportunity_ids: Sequence[int]) -> list[Opportunity]:
    """Puts those that the actor sees into the trash; they as they were. The others are skipped."""
    shown: list[Opportunity] = []
    for some in _batches(opportunity_ids):
        shown += await show(work, some)
        await _remove(work, some)
    return shown


async def share(
    work: Work,
    opportunity_ids: Sequence[int],
    *,
    is_private: bool | None,
    access_list: Sequence[str],
) -> list[Opportunity]:
    """Decides who sees those opportunities that the actor created, or all as an administrator;
    these as they are then. The others are skipped."""
    changed: list[int] = []
    for some in _batches(opportunity_ids):
        pairs = [
            await _shared(work, loaded.before, is_private=is_private, access_list=access_list)
            for loaded in await stored.load_many(work, some)
            if rules.may_share(loaded.before, actor=work.actor.id, is_admin=work.actor.is_admin)
        ]
        if pairs:
            await _save(work, pairs)
        changed += [before.id for before, _ in pairs]
    return [each for some in _batches(changed) for each in await show(work, some)]


async def _shared(
    work: Work, before: Record, *, is_private: bool | None, access_list: Sequence[str]
) -> tuple[Record, Record]:
    """An opportunity as it is and as it shall be."""
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = rules.share(before, is_private=is_private, access_list=access_list, actor=work.actor.id)
    return before, rules.next_version(after, before)


async def _save(work: Work, pairs: Sequence[tuple[Record, Record]]) -> None:
    """With as many statements for many as for one."""
    given = [(before.id, before.version, after.is_private) for before, after in pairs]
    rows = await work.fetch(batches.SHARE, given=given, actor=work.actor.id, now=work.now)
    if len(rows) != len(pairs):
        raise Raced
    ids = [before.id for before, _ in pairs]
    listed = [
        {"opportunity_id": after.id, "person_id": person}
        for _, after in pairs
        for person in after.access
    ]
    counts = Counter(stored.counter(after) for _, after in pairs)
    counts.subtract(stored.counter(before) for before, _ in pairs)
    steps: list[Step] = [
        *(Bump(name, by) for name, by in counts.items() if by),
        differing(work, "opportunity", "shared", {o.id: stored.changes_of(o, n) for o, n in pairs}),
        jobs("opportunity.shared", ids, now=work.now),
    ]
    await work.save(Change(None, (Remove(schema.opportunity_access, {"opportunity_id": ids}),)))
    await work.save(Change(None, (PutMany(schema.opportunity_access, {}, listed), *steps)))


async def _remove(work: Work, opportunity_ids: Sequence[int]) -> None:
    """With as many statements for many as for one."""
    rows = await work.fetch(
        batches.remove(work.actor.is_admin), actor=work.actor.id, ids=opportunity_ids, now=work.now
    )
    private = sum(bool(row[1]) for row in rows)
    gone = {queries.COUNT_PRIVATE: private, queries.COUNT_PUBLIC: len(rows) - private}
    await stored.KIND.told_gone(work, [row[0] for row in rows], gone)


def _batches(ids: Sequence[int]) -> list[Sequence[int]]:
    """Each id once, in the given order, so many at a time that no statement grows without bound."""
    once = list(dict.fromkeys(each for each in ids if each > 0))
    return [once[start : start + AT_ONCE] for start in range(0, len(once), AT_ONCE)]

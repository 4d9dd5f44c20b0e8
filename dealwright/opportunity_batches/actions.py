"""Deleting and sharing many opportunities at once, chosen by ids or by a filter, in one
transaction."""

from collections.abc import Sequence

from dealwright.errors import Invalid
from dealwright.opportunities import queries, rules, stored
from dealwright.opportunities.filters import Wanted
from dealwright.opportunities.lists import show
from dealwright.opportunities.shapes import Opportunity
from dealwright.opportunity_batches import queries as batches
from dealwright.people.actions import demand_workers
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
        for loaded in await stored.load_many(work, some):
            before = loaded.before
            if not rules.may_share(before, actor=work.actor.id, is_admin=work.actor.is_admin):
                continue
            await demand_workers(work, "accessList", access_list, known=before.access)
            after = rules.share(
                before, is_private=is_private, access_list=access_list, actor=work.actor.id
            )
            await stored.save(work, before, rules.next_version(after, before), "shared")
            changed.append(before.id)
    return [each for some in _batches(changed) for each in await show(work, some)]


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

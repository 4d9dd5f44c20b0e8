"""Taking records out of the trash, and emptying it. How they got in is their slices' affair."""

from collections.abc import Iterator, Mapping, Sequence

from dealwright.crm.trash import queries, shapes
from dealwright.crm.trash.rules import (
    DAY,
    Item,
    Record,
    demand_free,
    demand_items,
    demand_restorable,
    demand_unmerged,
)
from dealwright.crm.trash.shapes import Trashed
from dealwright.errors import ConcurrentUpdate, Invalid
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.records.audit.actions import entries
from dealwright.records.kinds import KINDS
from dealwright.storage import dependents
from dealwright.storage.engines.engine import ForeignKeyViolation, Session
from dealwright.storage.queue.outbox import jobs
from dealwright.storage.statements.change import Bump, Change, Step
from dealwright.work import Work


async def restore(work: Work, items: Sequence[Item], *, stage_id: int) -> list[Trashed]:
    """Takes all items out of the trash with what went there with them, or none; gives them as they
    lay in it.

    `stage_id` is for those whose own stage is no more. Raises NotFound, Forbidden, Conflict,
    Invalid. Needs a transaction.
    """
    demand_items(items, kinds=[*KINDS])
    wanted = list(dict.fromkeys(items))
    seen: dict[Item, Record] = {}
    for kind, ids in _by_kind(wanted):
        statement = queries.records(work.actor.is_admin, kind)
        for row in await work.fetch(statement, actor=work.actor.id, ids=ids):
            seen[Item(kind, row[0])] = Record(*row)
    demand_restorable(wanted, seen, has_stage=stage_id != 0)
    lack_stage = any(seen[item].lacks_stage for item in wanted)
    stage = await _stage(work, stage_id) if lack_stage else None
    lying = await shapes.together(work, wanted)
    came: dict[str, list[int]] = {}
    for part in _inwards(wanted):
        for kind, ids in _by_kind(part):  # what others belong to comes first
            await _demand_free(work, kind, ids)
            await _restore(work, kind, ids, stage)
        for child, ids in (await _bring_back(work, part)).items():
            came[child] = came.get(child, []) + ids
    left = await shapes.together(work, wanted)
    await _hand_over(work, wanted)
    await work.save(Change(None, (*_told(work, wanted, seen), *_told_of(work, came))))
    to, back = await shapes.references(work), shapes.less(lying, left)
    return [
        shapes.shown(item.entity_type, seen[item], to, restored=back.get(item.name))
        for item in wanted
    ]


async def revive(work: Work, item: Item) -> None:
    """Takes one record out of the trash with what went there with it, for an action that has a
    right of its own to it. Raises ConcurrentUpdate when it is not there. Needs a transaction."""
    statement = queries.records(True, item.entity_type)
    row = await work.row(statement, actor=work.actor.id, ids=[item.id])
    await _restore(work, item.entity_type, [item.id], None)
    came = await _bring_back(work, [item])
    await _hand_over(work, [item])
    told = _told(work, [item], {item: Record(*row)})
    await work.save(Change(None, (*told, *_told_of(work, came))))


async def _bring_back(work: Work, items: Sequence[Item]) -> dict[str, list[int]]:
    """Brings back what lies with the items, which are back, unless another record in the trash
    holds it too; the ids by entity."""
    names = [item.name for item in items]
    came: dict[str, list[int]] = {}
    for child in dependents.CHILDREN:
        rows = await work.fetch(dependents.back(child), names=names)
        came[child] = [row[0] for row in rows]
    for link in dependents.links():
        shows, shown = (dependents.ENTITIES[t.name] for t in (link.table_shows, link.table_shown))
        back = [*came[shows], *(item.id for item in items if item.entity_type == shows)]
        rows = await work.fetch(dependents.shown_back(link), names=names, ids=back)
        came[shown] = [row[0] for row in rows]
    return came


async def _hand_over(work: Work, items: Sequence[Item]) -> None:
    names = [item.name for item in items]
    for child in dependents.CHILDREN:
        await work.execute(dependents.handed_over(child), names=names)
    for link in dependents.links():
        await work.execute(dependents.shown_handed_over(link), names=names)


async def purge(session: Session, *, now: int, limit: int, days: int) -> int:
    """Deletes at most `limit` records of each kind for ever that have lain longer than `days`, with
    what lies with them.

    How many they were. Needs a transaction.
    """
    gone = 0
    for kind in KINDS:
        params = {"before": now - days * DAY, "limit": limit}
        ids = [row[0] for row in await session.fetch(queries.expired(kind), params)]
        if ids:
            names = [dependents.name_of(kind, each) for each in ids]
            await _erase_belongings(session, names)
            await erase(session, kind, ids)
            await _erase_shown(session, names)
        gone += len(ids)
    return gone


async def _erase_belongings(session: Session, names: Sequence[str]) -> None:
    for child in dependents.CHILDREN:
        rows = await session.fetch(queries.lying_with(child), {"names": names})
        await erase(session, child, [row[0] for row in rows])


async def _erase_shown(session: Session, names: Sequence[str]) -> None:
    """What lay with the records and nothing else in the trash shows."""
    for link in dependents.links():
        await session.execute(dependents.shown_handed_over(link), {"names": names})
        shown = dependents.ENTITIES[link.table_shown.name]
        rows = await session.fetch(queries.lying_with(shown), {"names": names})
        await erase(session, shown, [row[0] for row in rows])


async def erase(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Deletes records of a kind for ever. What files hold in the store nobody refers to from then
    on: a sweep removes it."""
    if ids:
        for each in (*queries.loosen(kind), queries.erase(kind)):
            await session.execute(each, {"ids": ids})


async def _stage(work: Work, stage_id: int) -> Stage:
    stage = (await work.cached(pipeline)).get(stage_id)
    if stage is None:
        raise Invalid("stageid", "must be the id of a stage", "Deal milestone is not found")
    return stage


async def _demand_free(work: Work, kind: str, ids: Sequence[int]) -> None:
    """Raises Conflict for what belongs to a record that is in the trash itself, and for a contact
    that has become one with another."""
    if kind == "contact":
        statement = queries.merged(work.actor.is_admin)
        demand_unmerged(await work.fetch(statement, actor=work.actor.id, ids=ids))
    for holding in dependents.hold(kind):
        await work.fetch(holding, ids=ids)
    if (held := queries.held(work.actor.is_admin, kind)) is not None:
        rows = await work.fetch(held, actor=work.actor.id, ids=ids)
        demand_free(kind, rows)


async def _restore(work: Work, kind: str, ids: Sequence[int], stage: Stage | None) -> None:
    placed = {"stage": stage and stage.id, "stage_type": stage and stage.stage_type}
    try:
        back = await work.fetch(queries.restore(kind), ids=ids, **placed)
    except ForeignKeyViolation as gone:  # the stage, in this very moment
        raise ConcurrentUpdate from gone
    if len(back) != len(ids):
        raise ConcurrentUpdate


def _told(work: Work, items: Sequence[Item], seen: Mapping[Item, Record]) -> Iterator[Step]:
    """They count again, and their history says who brought them back."""
    for kind, ids in _by_kind(items):
        if KINDS[kind].is_private is not None:
            private = sum(bool(seen[Item(kind, each)].is_private) for each in ids)
            yield Bump(KINDS[kind].counter(is_private=True), private)
            yield Bump(KINDS[kind].counter(is_private=False), len(ids) - private)
        yield entries(work, kind, "restored", ids)
        yield jobs(f"{kind}.restored", ids, now=work.now)


def _told_of(work: Work, came: Mapping[str, Sequence[int]]) -> Iterator[Step]:
    for kind, ids in came.items():
        yield entries(work, kind, "restored", ids)


def _inwards(items: Sequence[Item]) -> Iterator[list[Item]]:
    """What is shown by others goes last: these may come back along with what they belong to."""
    shown = {dependents.ENTITIES[link.table_shown.name] for link in dependents.links()}
    for is_last in (False, True):
        if part := [item for item in items if (item.entity_type in shown) is is_last]:
            yield part


def _by_kind(items: Sequence[Item]) -> Iterator[tuple[str, list[int]]]:
    for kind in KINDS:
        ids = [item.id for item in items if item.entity_type == kind]
        if ids:
            yield kind, ids

"""Restores records from the trash and purges them. The slices move their own records to the
trash."""

from collections.abc import Iterator, Mapping, Sequence

from dealwright.crm.trash import periods, queries, shapes
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
from dealwright.errors import ConcurrentUpdate, Conflict, Invalid
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.records.audit.actions import author, entries
from dealwright.records.kinds import KINDS
from dealwright.settings import Settings
from dealwright.storage import dependents, schema
from dealwright.storage.engines.engine import ForeignKeyViolation, Session, UniqueViolation
from dealwright.storage.queue.outbox import jobs
from dealwright.storage.statements.change import Bump, Change, PutMany, Run, Step
from dealwright.work import Work


async def restore(work: Work, items: Sequence[Item], *, stage_id: int) -> list[Trashed]:
    """Restores all items with everything deleted along with them, or none, and returns them as they
    were in the trash.

    `stage_id` is for opportunities whose stage was deleted. Raises NotFound, Forbidden, Conflict,
    Invalid. Needs a transaction.
    """
    demand_items(items, kinds=[*KINDS])
    unique_items = list(dict.fromkeys(items))
    seen: dict[Item, Record] = {}
    for kind, ids in _by_kind(unique_items):
        statement = queries.records(work.actor.is_admin, kind)
        for row in await work.fetch(statement, actor=work.actor.id, ids=ids):
            seen[Item(kind, row[0])] = Record(*row)
    demand_restorable(unique_items, seen, has_stage=stage_id != 0)
    lack_stage = any(seen[item].lacks_stage for item in unique_items)
    stage = await _stage(work, stage_id) if lack_stage else None
    dependents_before = await shapes.count_dependents(work, unique_items)
    restored: dict[str, list[int]] = {}
    for part in _parents_first(unique_items):
        for kind, ids in _by_kind(part):  # parents come first
            await _demand_free(work, kind, ids)
            await _restore(work, kind, ids, stage)
        for child, ids in (await _bring_back(work, part)).items():
            restored[child] = restored.get(child, []) + ids
    dependents_after = await shapes.count_dependents(work, unique_items)
    await _hand_over(work, unique_items)
    await work.save(
        Change(
            None,
            (
                *_entered(work, [item.id for item in seen if seen[item].lacks_stage], stage),
                *_restored_steps(work, unique_items, seen, stage),
                *_audit_dependents(work, restored),
            ),
        )
    )
    to, back = (
        await shapes.references(work, await periods.days(work)),
        shapes.subtract(dependents_before, dependents_after),
    )
    return [
        shapes.trashed(item.entity_type, seen[item], to, restored=back.get(item.name))
        for item in unique_items
    ]


async def restore_one(work: Work, item: Item) -> None:
    """Restores one record with everything deleted along with it, for an action that has checked its
    own right to do so. Raises ConcurrentUpdate when it is not in the trash. Needs a transaction."""
    statement = queries.records(True, item.entity_type)
    row = await work.row(statement, actor=work.actor.id, ids=[item.id])
    await _restore(work, item.entity_type, [item.id], None)
    restored = await _bring_back(work, [item])
    await _hand_over(work, [item])
    steps = _restored_steps(work, [item], {item: Record(*row)})
    await work.save(Change(None, (*steps, *_audit_dependents(work, restored))))


async def _bring_back(work: Work, items: Sequence[Item]) -> dict[str, list[int]]:
    """Restores the dependents of the restored items, unless another record in the trash holds them
    too. Returns the ids by entity."""
    names = [item.name for item in items]
    restored: dict[str, list[int]] = {}
    for child in dependents.CHILDREN:
        rows = await work.fetch(dependents.back(child), names=names)
        restored[child] = [row[0] for row in rows]
    for link in dependents.links():
        shows, shown = (dependents.ENTITIES[t.name] for t in (link.table_shows, link.table_shown))
        back = [*restored[shows], *(item.id for item in items if item.entity_type == shows)]
        rows = await work.fetch(dependents.shown_back(link), names=names, ids=back)
        restored[shown] = [row[0] for row in rows]
    return restored


async def _hand_over(work: Work, items: Sequence[Item]) -> None:
    names = [item.name for item in items]
    for child in dependents.CHILDREN:
        await work.execute(dependents.handed_over(child), names=names)
    for link in dependents.links():
        await work.execute(dependents.shown_handed_over(link), names=names)


async def purge_expired(session: Session, *, now: int, limit: int, settings: Settings) -> int:
    """Deletes for good what is in the trash for longer than the portal keeps it: see `purge`."""
    days = await periods.days_of(session, settings)
    return await purge(session, now=now, limit=limit, days=days)


async def purge(session: Session, *, now: int, limit: int, days: int) -> int:
    """Deletes for good at most `limit` records of each kind that are in the trash for more than
    `days`, with their dependents.

    Returns how many. Needs a transaction.
    """
    purged = 0
    for kind in KINDS:
        params = {"before": now - days * DAY, "limit": limit}
        ids = [row[0] for row in await session.fetch(queries.expired(kind), params)]
        if ids:
            names = [dependents.name_of(kind, each) for each in ids]
            await _erase_dependents(session, names)
            await erase(session, kind, ids)
            await _erase_orphans(session, names)
        purged += len(ids)
    return purged


async def _erase_dependents(session: Session, names: Sequence[str]) -> None:
    for child in dependents.CHILDREN:
        rows = await session.fetch(queries.dependents_of(child), {"names": names})
        await erase(session, child, [row[0] for row in rows])


async def _erase_orphans(session: Session, names: Sequence[str]) -> None:
    """Deletes dependents of the records that no other record in the trash shows."""
    for link in dependents.links():
        await session.execute(dependents.shown_handed_over(link), {"names": names})
        shown = dependents.ENTITIES[link.table_shown.name]
        rows = await session.fetch(queries.dependents_of(shown), {"names": names})
        await erase(session, shown, [row[0] for row in rows])


async def erase(session: Session, kind: str, ids: Sequence[int]) -> None:
    """Deletes records of a kind for good. Maintenance then removes the contents in the file store
    that no row refers to."""
    if ids:
        for each in (*queries.clear_references(kind), queries.erase(kind)):
            await session.execute(each, {"ids": ids})


async def _stage(work: Work, stage_id: int) -> Stage:
    stage = (await work.cached(pipeline)).get(stage_id)
    if stage is None:
        raise Invalid("stageid", "must be the id of a stage", "Deal milestone is not found")
    return stage


async def _demand_free(work: Work, kind: str, ids: Sequence[int]) -> None:
    """Raises Conflict for a record whose parent is in the trash, and for a contact that was merged
    into another."""
    if kind == "contact":
        statement = queries.merged(work.actor.is_admin)
        demand_unmerged(await work.fetch(statement, actor=work.actor.id, ids=ids))
    for holding in dependents.hold(kind):
        await work.fetch(holding, ids=ids)
    if (held := queries.held(work.actor.is_admin, kind)) is not None:
        rows = await work.fetch(held, actor=work.actor.id, ids=ids)
        demand_free(kind, rows)


async def _restore(work: Work, kind: str, ids: Sequence[int], stage: Stage | None) -> None:
    placed = {
        "stage": stage and stage.id, "stage_type": stage and stage.stage_type, "now": work.now
    }  # fmt: skip
    try:
        back = await work.fetch(queries.restore(kind), ids=ids, **placed)
    except ForeignKeyViolation as violation:  # the stage was deleted at this very moment
        raise ConcurrentUpdate from violation
    except UniqueViolation as taken:
        named = ", ".join(f"{kind} {each}" for each in ids)
        text = f"Cannot restore {named}: the number belongs to another {kind} now"
        raise Conflict(text) from taken
    if len(back) != len(ids):
        raise ConcurrentUpdate


def _entered(work: Work, ids: Sequence[int], stage: Stage | None) -> Iterator[Step]:
    """The history of stages of the opportunities that were restored to another stage."""
    if stage is None:
        return
    yield Run(queries.LEAVE, {"ids": list(ids), "now": work.now})
    same = {
        "stage_id": stage.id,
        "stage_title": stage.title,
        "entered_on": work.now,
        "entered_by": author(work),
    }
    yield PutMany(schema.stage_stay, same, [{"opportunity_id": each} for each in ids])


def _restored_steps(
    work: Work, items: Sequence[Item], seen: Mapping[Item, Record], stage: Stage | None = None
) -> Iterator[Step]:
    """Updates the totals and writes who restored the records into the audit trail."""
    for kind, ids in _by_kind(items):
        if KINDS[kind].is_private is not None:
            private = sum(bool(seen[Item(kind, each)].is_private) for each in ids)
            yield Bump(KINDS[kind].counter(is_private=True), private)
            yield Bump(KINDS[kind].counter(is_private=False), len(ids) - private)
        placed = [each for each in ids if seen[Item(kind, each)].lacks_stage]
        for some, changes in (
            ([each for each in ids if each not in placed], []),
            (placed, [("stage_id", None, stage and stage.id)]),
        ):
            if some:
                yield entries(work, kind, "restored", some, changes=changes)
        yield jobs(f"{kind}.restored", ids, now=work.now)


def _audit_dependents(work: Work, restored: Mapping[str, Sequence[int]]) -> Iterator[Step]:
    for kind, ids in restored.items():
        yield entries(work, kind, "restored", ids)


def _parents_first(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Sorts records so that those that others show come last: they may be restored with their
    parents."""
    shown = {dependents.ENTITIES[link.table_shown.name] for link in dependents.links()}
    for is_last in (False, True):
        if part := [item for item in items if (item.entity_type in shown) is is_last]:
            yield part


def _by_kind(items: Sequence[Item]) -> Iterator[tuple[str, list[int]]]:
    for kind in KINDS:
        ids = [item.id for item in items if item.entity_type == kind]
        if ids:
            yield kind, ids

"""Taking records out of the trash, and emptying it. How they got in is their slices' affair."""

from collections.abc import Iterator, Mapping, Sequence

from dealwright.audit.actions import entries
from dealwright.errors import Invalid, Raced
from dealwright.stages.queries import Stage, pipeline
from dealwright.storage.change import Bump, Change, Step
from dealwright.storage.engine import Dangling, Session
from dealwright.storage.outbox import jobs
from dealwright.trash import queries, shapes
from dealwright.trash.rules import DAY, Item, Record, demand_items, demand_restorable
from dealwright.trash.shapes import Trashed
from dealwright.work import Work


async def restore(work: Work, items: Sequence[Item], *, stage_id: int) -> list[Trashed]:
    """Takes all items out of the trash, or none; gives them as they lay in it.

    `stage_id` is for those whose own stage is no more. Raises NotFound, Forbidden, Conflict,
    Invalid. Needs a transaction.
    """
    demand_items(items, kinds=[*queries.KINDS])
    wanted = list(dict.fromkeys(items))
    seen: dict[Item, Record] = {}
    for kind, ids in _by_kind(wanted):
        statement = queries.records(work.actor.is_admin, kind)
        for row in await work.fetch(statement, actor=work.actor.id, ids=ids):
            seen[Item(kind, row[0])] = Record(*row)
    demand_restorable(wanted, seen, has_stage=stage_id != 0)
    lack_stage = any(seen[item].lacks_stage for item in wanted)
    stage = await _stage(work, stage_id) if lack_stage else None
    for kind, ids in _by_kind(wanted):
        await _restore(work, kind, ids, stage)
    await work.save(Change(None, tuple(_told(work, wanted, seen))))
    to = await shapes.references(work)
    return [shapes.shown(item.entity_type, seen[item], to) for item in wanted]


async def purge(session: Session, *, now: int, limit: int, days: int) -> int:
    """Deletes at most `limit` records of each kind for ever that have lain longer than `days`.

    How many they were. Needs a transaction.
    """
    gone = 0
    for kind in queries.KINDS:
        asked = {"before": now - days * DAY, "limit": limit}
        ids = [row[0] for row in await session.fetch(queries.expired(kind), asked)]
        if ids:
            for statement in (*queries.loosen(kind), queries.erase(kind)):
                await session.execute(statement, {"ids": ids})
        gone += len(ids)
    return gone


async def _stage(work: Work, stage_id: int) -> Stage:
    stage = (await work.recall(pipeline)).get(stage_id)
    if stage is None:
        raise Invalid("stageid", "must be the id of a stage", "Deal milestone is not found")
    return stage


async def _restore(work: Work, kind: str, ids: Sequence[int], stage: Stage | None) -> None:
    placed = {"stage": stage and stage.id, "stage_type": stage and stage.stage_type}
    try:
        back = await work.fetch(queries.restore(kind), ids=ids, **placed)
    except Dangling as gone:  # the stage, in this very moment
        raise Raced from gone
    if len(back) != len(ids):
        raise Raced


def _told(work: Work, items: Sequence[Item], seen: Mapping[Item, Record]) -> Iterator[Step]:
    """They count again, and their history says who brought them back."""
    for kind, ids in _by_kind(items):
        private = sum(bool(seen[Item(kind, each)].is_private) for each in ids)
        yield Bump(queries.KINDS[kind].counter(is_private=True), private)
        yield Bump(queries.KINDS[kind].counter(is_private=False), len(ids) - private)
        yield entries(work, kind, "restored", ids)
        yield jobs(f"{kind}.restored", ids, now=work.now)


def _by_kind(items: Sequence[Item]) -> Iterator[tuple[str, list[int]]]:
    for kind in queries.KINDS:
        ids = [item.id for item in items if item.entity_type == kind]
        if ids:
            yield kind, ids

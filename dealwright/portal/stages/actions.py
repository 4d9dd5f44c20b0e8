"""Changes of the pipeline. Each action refuses first, in a fixed order, and then saves.

Every change locks the pipeline and runs in a transaction.
"""

from collections.abc import Sequence
from dataclasses import replace

from dealwright.access import demand_admin
from dealwright.errors import Invalid, NotFound
from dealwright.portal.categories.rules import demand_color
from dealwright.portal.stages import queries, rules
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import Stage
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Change, Insert, Remove, Run, Step, Update
from dealwright.work import Work

ENTITY = "stage"
USED = "There are some opportunities at this stage."


async def create(work: Work, requested: Stage) -> int:
    """Adds a stage after the others and returns its id. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    rules.require(requested)
    demand_color(requested.color)
    rules.demand_rotting_days(requested.rotting_days)
    stages = await _stages(work)
    last = max((each.sort_order for each in stages.values()), default=0)
    stage = replace(requested, sort_order=last + 1)
    audit_entry = entry(work, ENTITY, "created", difference(None, stage, without=("id",)))
    try:
        row = await work.save(Change(Insert(schema.stage, _row(stage)), (audit_entry,)))
    except ForeignKeyViolation as unknown:
        raise Invalid(
            "pipelineId", "must be the id of a pipeline; GET crm/pipeline lists them"
        ) from unknown
    work.invalidate(pipeline)
    return int(row[0])


async def update(
    work: Work, stage_id: int, requested: Stage, *, keeps_rotting_days: bool = False
) -> None:
    """Replaces a stage without opportunities; its place and its pipeline stay.

    Raises Forbidden, Invalid, NotFound.
    """
    demand_admin(work.actor)
    rules.demand_id(stage_id)
    rules.require(requested)
    demand_color(requested.color)
    rules.demand_rotting_days(requested.rotting_days)
    before = _found(await _stages(work), stage_id)
    await _demand_unused(work, stage_id, "Can't be edited.")
    after = replace(
        requested, id=stage_id, sort_order=before.sort_order, pipeline_id=before.pipeline_id
    )
    if keeps_rotting_days:
        after = replace(after, rotting_days=before.rotting_days)
    redated: tuple[Step, ...] = ()
    if after.stage_type != before.stage_type:
        redated = (Run(queries.REDATE, {"id": stage_id, "stage_type": int(after.stage_type)}),)
    await _save(work, before, after, redated)


async def recolor(work: Work, stage_id: int, color: str) -> None:
    """Changes the colour of a stage, also while it is in use. Raises Forbidden, Invalid,
    NotFound."""
    demand_admin(work.actor)
    rules.demand_id(stage_id)
    demand_color(color)
    before = _found(await _stages(work), stage_id)
    await _save(work, before, replace(before, color=color))


async def restyle(work: Work, after: Stage) -> None:
    """Changes what a stage is called, its colour, probability and limit, also while it is in use;
    its type, place and pipeline stay. Opportunities keep the probability that they have.

    Raises Forbidden, Invalid, NotFound.
    """
    demand_admin(work.actor)
    rules.require(after)
    demand_color(after.color)
    rules.demand_rotting_days(after.rotting_days)
    before = _found(await _stages(work), after.id)
    kept = replace(after, stage_type=before.stage_type, sort_order=before.sort_order)
    await _save(work, before, replace(kept, pipeline_id=before.pipeline_id))


async def set_rotting_days(work: Work, stage_id: int, days: int) -> None:
    """Says after how many days without a touch an opportunity on a stage is rotting, 0: never;
    also while it is used. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    rules.demand_id(stage_id)
    rules.demand_rotting_days(days)
    before = _found(await _stages(work), stage_id)
    await _save(work, before, replace(before, rotting_days=days))


async def reorder(work: Work, ids: Sequence[int]) -> None:
    """Puts the named stages first, in this order. Raises Forbidden, NotFound."""
    demand_admin(work.actor)
    before = [*(await _stages(work)).values()]
    after = rules.reordered(before, ids)
    if before == after:
        return
    placed = [(stage.id, stage.sort_order) for stage in after]
    changes = [("order", [stage.id for stage in before], [stage.id for stage in after])]
    audit_entry = entry(work, ENTITY, "reordered", changes, entity_id=0)
    await work.save(Change(None, (Run(queries.PLACE, {"placed": placed}), audit_entry)))
    work.invalidate(pipeline)


async def delete(work: Work, stage_id: int) -> None:
    """Deletes a stage that has no opportunities outside the trash.

    Raises Forbidden, Invalid, NotFound.
    """
    demand_admin(work.actor)
    rules.demand_id(stage_id)
    gone = _found(await _stages(work), stage_id)
    await _demand_unused(work, stage_id, "Can't be deleted.")
    steps = (
        Run(queries.LET_GO, {"id": stage_id}),
        Remove(schema.stage, {"id": stage_id}),
        entry(work, ENTITY, "deleted", difference(gone, None, without=("id",)), entity_id=stage_id),
    )
    try:
        await work.save(Change(None, steps))
    except ForeignKeyViolation as used:
        # An opportunity was moved to it after it was read.
        raise Invalid(text=f"Can't be deleted. {USED}") from used
    work.invalidate(pipeline)


async def _stages(work: Work) -> Held[int, Stage]:
    """The pipeline, locked until this transaction ends."""
    await work.fetch(queries.LOCK)
    return await pipeline(work.session)


def _found(stages: Held[int, Stage], stage_id: int) -> Stage:
    if stage_id not in stages:
        raise NotFound
    return stages[stage_id]


async def _demand_unused(work: Work, stage_id: int, opening: str) -> None:
    (is_used,) = await work.row(queries.IS_USED, id=stage_id)
    if is_used:
        raise Invalid(text=f"{opening} {USED}")


async def _save(work: Work, before: Stage, after: Stage, steps: tuple[Step, ...] = ()) -> None:
    head = Update(schema.stage, before.id, _row(after))
    audit_entry = entry(work, ENTITY, "updated", difference(before, after))
    await work.save(Change(head, (*steps, audit_entry)))
    work.invalidate(pipeline)


def _row(stage: Stage) -> dict[str, object]:
    return {
        "title": stage.title,
        "description": stage.description,
        "color": stage.color,
        "sort_order": stage.sort_order,
        "success_probability": stage.success_probability,
        "stage_type": int(stage.stage_type),
        "pipeline_id": stage.pipeline_id,
        "rotting_days": stage.rotting_days,
    }

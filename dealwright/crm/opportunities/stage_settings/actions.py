"""Changing the stages of a pipeline together, and removing one with what happens to its
opportunities."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dealwright.access import demand_admin
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.crm.opportunities.stage_settings import queries
from dealwright.crm.opportunities.stage_settings.rules import Effect, StageForm, effects
from dealwright.errors import Invalid, NotFound
from dealwright.portal.pipelines.reads import stages_of
from dealwright.portal.rates.queries import today
from dealwright.portal.rates.rules import start_of
from dealwright.portal.stages import actions as stages
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.work import Work

DAY = 24 * 3600 * 1_000_000


def form_of(stage: Stage) -> StageForm:
    return StageForm(
        stage.id, stage.title, stage.color, stage.success_probability, stage.rotting_days
    )


async def save(
    work: Work, pipeline_id: int, wanted: Mapping[int, StageForm], ids: Sequence[int]
) -> tuple[list[StageForm], list[int]]:
    """Changes stages of a pipeline and their order; what they were, of those that changed, and the
    order that was. Raises Forbidden, Invalid."""
    before = await stages_of(work, pipeline_id)
    changed = [each for each in before if wanted.get(each.id, form_of(each)) != form_of(each)]
    for each in changed:
        form = wanted[each.id]
        await stages.restyle(
            work,
            replace(
                each,
                title=form.title,
                color=form.color,
                success_probability=form.probability,
                rotting_days=form.limit,
            ),
        )
    were = [each.id for each in before]
    placed = [id for id in ids if id in were]
    if placed and placed != were:
        await stages.reorder(work, await _whole_order(work, placed, were))
    return [form_of(each) for each in changed], were


async def _whole_order(work: Work, placed: Sequence[int], of_pipeline: Sequence[int]) -> list[int]:
    """The order of all stages: those of other pipelines keep their places."""
    left = iter([*placed, *(id for id in of_pipeline if id not in placed)])
    return [next(left) if id in of_pipeline else id for id in (await work.cached(pipeline))]


async def effect(work: Work, pipeline_id: int, wanted: Mapping[int, StageForm]) -> list[Effect]:
    """What `save` would do. Raises Forbidden."""
    demand_admin(work.actor)
    before = [form_of(each) for each in await stages_of(work, pipeline_id)]
    after = [wanted.get(each.id, each) for each in before]
    start = start_of(today(work), work.settings.timezone)
    untouched: dict[tuple[int, int], int] = {}
    for forms in (before, after):
        limits = [(each.id, start - each.limit * DAY) for each in forms if each.limit]
        found = dict(await work.fetch(queries.UNTOUCHED, limits=limits)) if limits else {}
        untouched |= {(each.id, each.limit): found.get(each.id, 0) for each in forms}
    return effects(before, after, untouched)


async def remove(work: Work, stage_id: int, target_id: int) -> tuple[Stage, int, int]:
    """Moves the opportunities of a stage to another one of its type, then deletes the stage when
    none is left: the stage, how many moved, and how many are left for another time.

    Raises Forbidden, NotFound, Invalid.
    """
    demand_admin(work.actor)
    known = await work.cached(pipeline)
    if stage_id not in known:
        raise NotFound
    gone = known[stage_id]
    rows = await work.fetch(queries.OPPORTUNITIES, id=stage_id, most=moves.AT_ONCE + 1)
    ids = [row[0] for row in rows]
    if ids:
        target = known.get(target_id)
        if target is None or target_id == stage_id or target.stage_type != gone.stage_type:
            raise Invalid("target", "must be another stage that means the same: open, won or lost")
        outcome = await moves.move_many(work, ids[: moves.AT_ONCE], Move(stage_id=target_id))
        if outcome.refused:
            raise Invalid("target", f"refuses an opportunity: {outcome.refused[0].error}")
    if len(ids) <= moves.AT_ONCE:
        await stages.delete(work, stage_id)
        return gone, len(ids), 0
    return gone, moves.AT_ONCE, len(ids) - moves.AT_ONCE

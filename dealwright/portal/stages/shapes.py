"""How stages look on the wire."""

from functools import lru_cache
from typing import ClassVar

from msgspec.structs import asdict

from dealwright.errors import NotFound
from dealwright.portal.stages import queries
from dealwright.portal.stages.rules import DEFAULT_PIPELINE, demand_id
from dealwright.storage.cache import Held
from dealwright.wire.shape import Shape
from dealwright.work import Work


class StageBase(Shape, kw_only=True):
    """A stage as an opportunity embeds it. `stageType` is 0 open, 1 won, 2 lost."""

    # quirk: the documentation pages print the id of a stage in the middle.
    documented_order: ClassVar[tuple[str, ...]] = (
        "success_probability",
        "stage_type",
        "id",
        "title",
        "description",
        "color",
        "sort_order",
        "pipeline_id",
        "rotting_days",
    )
    # ours: shown of a stage of another pipeline than the first, and where there is a limit.
    documented_optional: ClassVar[tuple[str, ...]] = ("pipeline_id", "rotting_days")

    success_probability: int
    stage_type: int
    title: str
    description: str
    color: str
    # differs: the reference never fills this in; the R7-Office page prints it.
    sort_order: int = 0
    id: int
    pipeline_id: int | None = None
    rotting_days: int | None = None


class Stage(Shape, kw_only=True):
    """A stage; `relativeItemsCount` is the number of its opportunities that you see."""

    documented_order: ClassVar[tuple[str, ...]] = (
        "relative_items_count",
        *StageBase.documented_order,
    )
    documented_optional: ClassVar[tuple[str, ...]] = StageBase.documented_optional

    relative_items_count: int = 0
    success_probability: int
    stage_type: int
    title: str
    description: str
    color: str
    sort_order: int = 0
    id: int
    pipeline_id: int | None = None
    rotting_days: int | None = None


async def every(work: Work) -> list[Stage]:
    """The pipeline in its order."""
    counts = dict(await work.fetch(queries.counts(work.actor.is_admin), actor=work.actor.id))
    stages = await work.cached(queries.pipeline)
    return [_counted(stage, counts.get(stage.id, 0)) for stage in stages.values()]


async def one(work: Work, stage_id: int) -> Stage:
    """Raises Invalid, NotFound."""
    demand_id(stage_id)
    stage = (await work.cached(queries.pipeline)).get(stage_id)
    if stage is None:
        raise NotFound
    (count,) = await work.row(queries.count(work.actor.is_admin), actor=work.actor.id, id=stage_id)
    return _counted(stage, count)


def _counted(stage: queries.Stage, count: int) -> Stage:
    return Stage(relative_items_count=count, **asdict(base(stage)))


@lru_cache(maxsize=4)
def embedded(stages: Held[int, queries.Stage]) -> dict[int, StageBase]:
    """Every stage as opportunities embed it. Built once for each loading of the table."""
    return {stage.id: base(stage) for stage in stages.values()}


def base(stage: queries.Stage) -> StageBase:
    return StageBase(
        success_probability=stage.success_probability,
        stage_type=stage.stage_type,
        title=stage.title,
        description=stage.description,
        color=stage.color,
        sort_order=stage.sort_order,
        id=stage.id,
        pipeline_id=stage.pipeline_id if stage.pipeline_id != DEFAULT_PIPELINE else None,
        rotting_days=stage.rotting_days or None,
    )

"""How stages look on the wire."""

from functools import lru_cache
from typing import ClassVar

from dealwright.stages.queries import Stage
from dealwright.storage.memory import Held
from dealwright.wire.shape import Shape


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
    )

    success_probability: int
    stage_type: int
    title: str
    description: str
    color: str
    # differs: the reference never fills this in; the R7-Office page prints it.
    sort_order: int = 0
    id: int


@lru_cache(maxsize=4)
def embedded(stages: Held[int, Stage]) -> dict[int, StageBase]:
    """Every stage as opportunities embed it. Made once for each reading of the table."""
    return {stage.id: base(stage) for stage in stages.values()}


def base(stage: Stage) -> StageBase:
    return StageBase(
        success_probability=stage.success_probability,
        stage_type=stage.stage_type,
        title=stage.title,
        description=stage.description,
        color=stage.color,
        sort_order=stage.sort_order,
        id=stage.id,
    )

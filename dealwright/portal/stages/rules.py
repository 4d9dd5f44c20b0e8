"""What a stage of the pipeline may be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from dealwright.errors import Invalid, NotFound

DEFAULT_PIPELINE = 1
MOST_DAYS = 3650


class StageType(IntEnum):
    """What a stage means for its opportunities."""

    OPEN = 0
    CLOSED_AND_WON = 1
    CLOSED_AND_LOST = 2

    @classmethod
    def captions(cls) -> dict[str, "StageType"]:
        """The English texts that the reference accepts beside the names."""
        return {
            "successfully closed": cls.CLOSED_AND_WON,
            "unsuccessfully closed": cls.CLOSED_AND_LOST,
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. `stage_type` is 0 open, 1 won, 2 lost; `rotting_days` 0 means no limit."""

    id: int
    title: str
    description: str
    color: str
    sort_order: int
    success_probability: int
    stage_type: int
    pipeline_id: int = DEFAULT_PIPELINE
    rotting_days: int = 0


def require(requested: Stage) -> None:
    """Checks what every stage must have besides its colour. Raises Invalid."""
    if not requested.title:
        raise Invalid("title", "must not be empty")
    if not 0 <= requested.success_probability <= 100:
        raise Invalid(
            "successProbability", f"must be between 0 and 100, not {requested.success_probability}"
        )


def demand_rotting_days(days: int) -> None:
    """Raises Invalid for a limit that nobody can mean."""
    if not 0 <= days <= MOST_DAYS:
        raise Invalid("rottingDays", f"must be between 0 (no limit) and {MOST_DAYS}, not {days}")


def demand_id(stage_id: int) -> None:
    if stage_id <= 0:
        raise Invalid("stageid", "must be the id of a stage")


def reordered(stages: Sequence[Stage], ids: Sequence[int]) -> list[Stage]:
    """The named stages in this order, then the others as they were, with sort orders 1…n.

    Raises NotFound for an id that no stage has.
    # differs: the reference counts from 0, lets stages share a place, and changes half of them
    before it fails.
    """
    places = {stage_id: place for place, stage_id in reversed([*enumerate(ids)])}
    if unknown := places.keys() - {stage.id for stage in stages}:
        raise NotFound(f"Not found: there is no stage {min(unknown)}")
    ordered = sorted(stages, key=lambda stage: places.get(stage.id, len(ids)))
    return [replace(stage, sort_order=place) for place, stage in enumerate(ordered, 1)]

"""How long an opportunity stood on its stages. Moments are microseconds UTC."""

from collections.abc import Iterable
from typing import NamedTuple

DAY = 24 * 3600 * 1_000_000


class Stay(NamedTuple):
    """The time between coming to a stage and leaving it; `left_on` is None while it stands there.
    `stage_title` is what the stage was called then."""

    id: int
    stage_id: int
    stage_title: str
    entered_on: int
    left_on: int | None
    entered_by: str | None

    def lasted(self, now: int) -> int:
        return (now if self.left_on is None else self.left_on) - self.entered_on

    def days(self, now: int) -> int:
        return self.lasted(now) // DAY


def days_by_stage(stays: Iterable[Stay], now: int) -> dict[int, int]:
    """How many whole days all stays on each stage took together."""
    found: dict[int, int] = {}
    for stay in stays:
        found[stay.stage_id] = found.get(stay.stage_id, 0) + stay.lasted(now)
    return {stage_id: lasted // DAY for stage_id, lasted in found.items()}

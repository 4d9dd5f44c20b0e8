"""What the interface asks for before opportunities are closed, whatever path leads to it: the day,
and the amount of what is won or the reason of what is lost."""

from collections.abc import Mapping
from typing import Any, Protocol

from dealwright.portal.stages.queries import Stage
from dealwright.portal.stages.rules import StageType


class Asked(Protocol):
    """What is taken of a request for a page: its values by name, and its words."""

    def text(self, name: str, default: str = "") -> str: ...
    def say(self, text: str, **values: object) -> str: ...


def lacking(
    page: Asked, stage: Stage, reasons: Mapping[int, Any], *, asks_amount: bool = True
) -> str:
    """What a form that moves to `stage` does not say yet, as a sentence; empty when it says
    everything. `reasons`: those to choose from; without any the reason is written."""
    if stage.stage_type == StageType.OPEN:
        return ""
    is_lost = stage.stage_type == StageType.CLOSED_AND_LOST
    if is_lost and reasons and not page.text("reason"):
        return page.say("Choose a reason")
    if is_lost and not reasons and not page.text("comment"):
        return page.say("Say what happened")
    if not is_lost and asks_amount and not page.text("amount"):
        return page.say("Write the final amount")
    return "" if page.text("closed") else page.say("Choose the day on which it was closed")

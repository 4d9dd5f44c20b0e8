"""Changing the reasons why opportunities are lost. Every change needs a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.settings.rules import Setting
from dealwright.portal.titles import actions as titles
from dealwright.storage import schema
from dealwright.work import Work


@dataclass(frozen=True, slots=True)
class LossReasonRule:
    """Whether an opportunity may be lost without a reason."""

    is_required: bool = False


LOSS_REASON_RULE = Setting("loss_reasons", LossReasonRule)

REASONS = titles.TitleList(
    schema.loss_reason,
    "loss_reason",
    reasons,
    most=200,
    used="Can't be deleted. Some opportunities were lost for this reason: rename it instead.",
)


async def create(work: Work, title: str) -> int:
    """A new reason at the end; its id. Raises Forbidden, Invalid."""
    return await titles.create(work, REASONS, title)


async def rename(work: Work, reason_id: int, title: str) -> None:
    """Renames a reason. Raises Forbidden, Invalid, NotFound."""
    await titles.rename(work, REASONS, reason_id, title)


async def reorder(work: Work, ids: Sequence[int]) -> None:
    """Puts the named reasons first, in this order. Raises Forbidden, NotFound."""
    await titles.reorder(work, REASONS, ids)


async def delete(work: Work, reason_id: int) -> None:
    """Deletes a reason that no opportunity has, in the trash or not. Raises Forbidden,
    Invalid, NotFound."""
    await titles.delete(work, REASONS, reason_id)

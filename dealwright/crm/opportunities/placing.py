"""What an opportunity gets when it comes to a stage, by any route: its place in the column, the
time, the rate of the closing day, and the reason of a loss."""

from dataclasses import replace
from typing import NamedTuple

from dealwright.crm.opportunities import ranks
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.errors import Invalid
from dealwright.portal.loss_reasons.actions import LOSS_REASON_RULE
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.rates.queries import on_day
from dealwright.portal.rates.rules import UNIT, day_of, rounded
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.stages.queries import Stage
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work


class Loss(NamedTuple):
    """Why an opportunity is lost. None keeps the stored value, 0 and an empty comment remove it."""

    reason_id: int | None = None
    comment: str | None = None


KEPT = Loss()


async def placed(
    work: Work,
    after: Opportunity,
    before: Opportunity | None,
    stage: Stage,
    *,
    loss: Loss = KEPT,
    rank: str = "",
) -> Opportunity:
    """The opportunity as it is on `stage`. `rank` is its place; without it, one that comes from
    another stage goes to the top. Raises Invalid for an unknown reason, and for a missing one where
    it is required."""
    is_moved = before is None or before.stage_id != after.stage_id
    if is_moved:
        after = replace(
            after, rank=rank or ranks.on_top(work.now, salt=after.title), stage_since=work.now
        )
    elif rank:
        after = replace(after, rank=rank)
    after = await _with_loss(work, after, stage, loss, is_moved=is_moved)
    return await _with_rate(work, after, None if is_moved else before, stage)


async def _with_loss(
    work: Work, after: Opportunity, stage: Stage, loss: Loss, *, is_moved: bool
) -> Opportunity:
    if stage.stage_type != StageType.CLOSED_AND_LOST:
        return replace(after, loss_reason_id=None, loss_comment=None)
    if loss.reason_id is not None:
        after = replace(after, loss_reason_id=loss.reason_id or None)
        if after.loss_reason_id and after.loss_reason_id not in await work.cached(reasons):
            raise Invalid(
                "lossReasonId", "must be the id of a loss reason; GET crm/lossreason lists them"
            )
    if loss.comment is not None:
        after = replace(after, loss_comment=loss.comment or None)
    lacks_reason = is_moved and after.loss_reason_id is None
    if lacks_reason and (await setting_of(work, LOSS_REASON_RULE)).is_required:
        raise Invalid(
            "lossReasonId", "must say why it is lost; GET crm/lossreason lists the reasons"
        )
    return after


async def _with_rate(
    work: Work, after: Opportunity, before: Opportunity | None, stage: Stage
) -> Opportunity:
    """Keeps the rate of the closing day, even if the rate changes later."""
    if stage.stage_type == StageType.OPEN or after.actual_close_on is None:
        return replace(after, closing_rate=None, closing_currency=None)
    if before is not None and _deal(before) == _deal(after):
        return after
    day = day_of(after.actual_close_on, work.settings.timezone)
    rates = await on_day(work, day, currency=after.bid_currency)
    worth = rates.between(after.bid_currency, rates.base)
    rate = None if worth is None else rounded(worth.factor * UNIT)
    return replace(after, closing_rate=rate, closing_currency=rates.base)


def _deal(opportunity: Opportunity) -> tuple[str, int | None]:
    return opportunity.bid_currency, opportunity.actual_close_on

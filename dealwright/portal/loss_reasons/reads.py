"""Showing loss reasons."""

from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.loss_reasons.shapes import LossReason, reason
from dealwright.portal.titles.actions import found
from dealwright.work import Work


async def every(work: Work) -> list[LossReason]:
    """All reasons in their order."""
    return [reason(each) for each in (await work.cached(reasons)).values()]


async def one(work: Work, reason_id: int) -> LossReason:
    """Raises Invalid, NotFound."""
    return reason(found(await work.cached(reasons), reason_id))

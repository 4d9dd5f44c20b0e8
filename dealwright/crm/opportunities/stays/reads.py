"""Reads the stages on which an opportunity stood, and how long."""

from dealwright.crm.opportunities.stays import queries, shapes
from dealwright.crm.opportunities.stays.rules import Stay
from dealwright.crm.opportunities.stays.shapes import StageStay
from dealwright.errors import Invalid, NotFound
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work


async def page(work: Work, opportunity_id: int, paging: Paging) -> Listing[StageStay]:
    """The stays of an opportunity, the newest first. Raises Invalid, NotFound."""
    if opportunity_id <= 0:
        raise Invalid("opportunityid", "must be the id of an opportunity")
    statement = queries.number(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, id=opportunity_id)
    if row is None:
        raise NotFound
    found = await newest(work, opportunity_id, count=paging.count, skipped=paging.start_index)
    return Listing(await shapes.stays(work, found), total=row[0])


async def newest(work: Work, opportunity_id: int, *, count: int, skipped: int = 0) -> list[Stay]:
    """The newest stays of an opportunity that the caller has found visible."""
    rows = await work.fetch(queries.PAGE, id=opportunity_id, limit=count, offset=skipped)
    return [Stay(*row) for row in rows]

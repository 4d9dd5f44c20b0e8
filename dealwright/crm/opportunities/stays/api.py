"""The route that tells how long an opportunity stood on which stages."""

import msgspec

from dealwright import access
from dealwright.crm.opportunities.stays import reads
from dealwright.crm.opportunities.stays.shapes import StageStay
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


@route.get("opportunity/{opportunityid:id}/stages")
async def stages(work: Work, params: OpportunityPath, paging: Paging) -> Listing[StageStay]:
    """Lists the stages on which an opportunity stood, the newest first, with the days on each."""
    return await reads.page(work, params.opportunity_id, paging)

"""The route that adds up a pipeline."""

from dealwright import access
from dealwright.crm.opportunities.filters import Filter, resolve
from dealwright.crm.opportunities.summary import reads
from dealwright.crm.opportunities.summary.shapes import Summary
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


@route.get("opportunity/summary", mode=Mode.HEAVY)
async def summary(work: Work, params: Filter, paging: Paging) -> Summary:
    """Adds up the opportunities that match all given filters, by stage.

    Each amount is multiplied by its number of periods. Sums are shown by currency and converted at
    today's rates into the portal's currency. `weighted` multiplies each amount by its success
    probability.
    """
    return await reads.summary(work, await resolve(work, params, paging.filter_value))

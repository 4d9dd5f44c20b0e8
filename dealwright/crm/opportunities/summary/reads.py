"""Adding up the opportunities that the actor sees."""

from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.summary import queries, shapes
from dealwright.crm.opportunities.summary.rules import Group
from dealwright.crm.opportunities.summary.shapes import Summary
from dealwright.portal.rates.queries import counting
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.shapes import embedded
from dealwright.work import Work


async def summary(work: Work, wanted: FilterParams) -> Summary:
    """Counts and sums of the opportunities that a filter leaves, by stage and together."""
    groups: list[Group] = []
    if not wanted.nothing:
        statement = queries.sums(work.actor.is_admin, wanted.filters)
        rows = await work.fetch_with(statement, {"actor": work.actor.id, **wanted.values})
        groups = [Group(*row) for row in rows]
    stages = embedded(await work.cached(pipeline))
    return shapes.summary(groups, stages, await counting(work), work.moments)

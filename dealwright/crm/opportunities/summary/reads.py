"""Adds up the opportunities that the actor sees."""

from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.summary import queries, shapes
from dealwright.crm.opportunities.summary.rules import Group
from dealwright.crm.opportunities.summary.shapes import Summary
from dealwright.portal.rates.queries import counting
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.shapes import embedded
from dealwright.work import Work


async def summary(work: Work, filter_params: FilterParams) -> Summary:
    """The number and the sums of the opportunities that match a filter, by stage and in total."""
    groups: list[Group] = []
    if not filter_params.nothing:
        statement = queries.sums(work.actor.is_admin, filter_params.filters)
        rows = await work.fetch_with(statement, {"actor": work.actor.id, **filter_params.values})
        groups = [Group(*row) for row in rows]
    stages = embedded(await work.cached(pipeline))
    return shapes.summary(groups, stages, await counting(work), work.moments)

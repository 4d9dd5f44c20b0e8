"""Adding up the opportunities that the actor sees."""

from dealwright.currency_rates.queries import counting
from dealwright.opportunities.filters import Wanted
from dealwright.opportunity_summary import queries, shapes
from dealwright.opportunity_summary.rules import Group
from dealwright.opportunity_summary.shapes import Summary
from dealwright.stages.queries import pipeline
from dealwright.stages.shapes import embedded
from dealwright.work import Work


async def summary(work: Work, wanted: Wanted) -> Summary:
    """Counts and sums of the opportunities that a filter leaves, by stage and together."""
    groups: list[Group] = []
    if not wanted.nothing:
        statement = queries.sums(work.actor.is_admin, wanted.filters)
        rows = await work.fetch_with(statement, {"actor": work.actor.id, **wanted.values})
        groups = [Group(*row) for row in rows]
    stages = embedded(await work.recall(pipeline))
    return shapes.summary(groups, stages, await counting(work), work.moments)

"""Deletes and shares many opportunities in one transaction; ids or a filter select them."""

from collections.abc import Sequence

from dealwright.crm import batches
from dealwright.crm.opportunities import queries, repository
from dealwright.crm.opportunities.batches import queries as statements
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.reads import show
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.storage import schema
from dealwright.work import Work

OPPORTUNITIES = batches.Entity(
    repository.KIND,
    schema.opportunity_access,
    repository.load_many,
    repository.changes_of,
    statements.remove,
    statements.SHARE,
    queries.counter,
)


async def matching_ids(work: Work, filter_params: FilterParams, *, means_all: bool) -> list[int]:
    """The ids of the opportunities that match a filter. Raises Invalid for an empty filter unless
    `means_all`."""
    return await batches.matching_ids(
        work, queries, filter_params, means_all=means_all, what="opportunity"
    )


async def delete(work: Work, opportunity_ids: Sequence[int]) -> list[Opportunity]:
    """Moves the opportunities that the actor sees to the trash and returns them as they were. Skips
    the other ids."""
    return await batches.delete(work, OPPORTUNITIES, opportunity_ids, show=show)


async def share(
    work: Work,
    opportunity_ids: Sequence[int],
    *,
    is_private: bool | None,
    access_list: Sequence[str],
) -> list[Opportunity]:
    """Sets who sees the opportunities that the actor created (an administrator: any) and returns
    them as they are afterwards. Skips the other ids."""
    return await batches.share_many(
        work,
        OPPORTUNITIES,
        opportunity_ids,
        is_private=is_private,
        access_list=access_list,
        show=show,
    )

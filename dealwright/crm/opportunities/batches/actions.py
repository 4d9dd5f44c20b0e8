"""Deleting and sharing many opportunities at once, chosen by ids or by a filter, in one
transaction."""

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


async def found(work: Work, wanted: FilterParams, *, means_all: bool) -> list[int]:
    """The ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all."""
    return await batches.found(work, queries, wanted, means_all=means_all, what="opportunity")


async def delete(work: Work, opportunity_ids: Sequence[int]) -> list[Opportunity]:
    """Puts those that the actor sees into the trash; they as they were. The others are skipped."""
    return await batches.delete(work, OPPORTUNITIES, opportunity_ids, show=show)


async def share(
    work: Work,
    opportunity_ids: Sequence[int],
    *,
    is_private: bool | None,
    access_list: Sequence[str],
) -> list[Opportunity]:
    """Decides who sees those opportunities that the actor created, or all as an administrator;
    these as they are then. The others are skipped."""
    return await batches.share_many(
        work,
        OPPORTUNITIES,
        opportunity_ids,
        is_private=is_private,
        access_list=access_list,
        show=show,
    )

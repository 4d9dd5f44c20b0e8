"""Deleting and sharing many opportunities at once, chosen by ids or by a filter, in one
transaction."""

from collections.abc import Sequence

from dealwright import batches
from dealwright.opportunities import queries, stored
from dealwright.opportunities.filters import Wanted
from dealwright.opportunities.lists import show
from dealwright.opportunities.shapes import Opportunity
from dealwright.opportunity_batches import queries as statements
from dealwright.storage import schema
from dealwright.work import Work

OPPORTUNITIES = batches.Entity(
    stored.KIND,
    schema.opportunity_access,
    stored.load_many,
    stored.changes_of,
    statements.remove,
    statements.SHARE,
    queries.counter,
)


async def found(work: Work, wanted: Wanted, *, means_all: bool) -> list[int]:
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

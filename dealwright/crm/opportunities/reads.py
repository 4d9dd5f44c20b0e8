"""Reads opportunities: one, a page of a list, and the result of a change."""

from collections.abc import Sequence

from msgspec import structs

from dealwright.crm.opportunities import queries, shapes
from dealwright.crm.opportunities.filters import FilterParams, of_contact, order
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.errors import Invalid
from dealwright.portal.organisation.queries import current
from dealwright.records import listing, reads
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work

MOST_BY_PREFIX = 30


async def view(work: Work, opportunity_id: int) -> Answer[Opportunity]:
    """One opportunity. Raises Invalid for an id below 1, NotFound."""
    if opportunity_id <= 0:
        raise Invalid("opportunityid", "must be the id of an opportunity")
    return await reads.view(work, queries, shapes, opportunity_id, is_trusted=False)


async def changed(work: Work, opportunity_id: int) -> Answer[Opportunity]:
    """The opportunity after the actor's change, even if they may no longer see it."""
    return await reads.view(work, queries, shapes, opportunity_id, is_trusted=True)


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Opportunity]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def by_prefix(work: Work, prefix: str, contact_id: int, *, within: bool) -> list[Opportunity]:
    """# differs: at most 30 *visible* rows, in any case, each word anywhere in the title; an empty
    prefix matches every row."""
    filter_params = of_contact(contact_id, text=prefix, without=not within)
    return list(
        (await page(work, filter_params, Paging(count=MOST_BY_PREFIX, sort_by="title"))).rows
    )


async def by_contact(work: Work, contact_id: int, paging: Paging) -> Listing[Opportunity]:
    """The opportunities of a contact, by title unless the request names a sort key."""
    if not paging.sort_by:
        paging = Paging(
            count=paging.count,
            start_index=paging.start_index,
            sort_by="title",
            descending=paging.descending,
        )
    filter_params = structs.replace(of_contact(contact_id), nothing=contact_id <= 0)
    return await page(work, filter_params, paging)


async def show(work: Work, opportunity_ids: Sequence[int]) -> list[Opportunity]:
    """The opportunities as lists show them, in the given order, without those that the actor may
    not see."""
    return await reads.show(work, queries, shapes, opportunity_ids)

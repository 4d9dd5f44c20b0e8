"""Reads cases: one, a page of a list, and the result of a change."""

from collections.abc import Sequence

from dealwright.crm.cases import queries, shapes
from dealwright.crm.cases.filters import FilterParams, of_contact, order
from dealwright.crm.cases.shapes import Case
from dealwright.portal.organisation.queries import current
from dealwright.records import listing, reads
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work

MOST_BY_PREFIX = 30


async def view(work: Work, case_id: int) -> Answer[Case]:
    """One case. Raises NotFound, also for an id below 1."""
    return await reads.view(work, queries, shapes, case_id, is_trusted=False)


async def changed(work: Work, case_id: int) -> Answer[Case]:
    """The case after the actor's change, even if they may no longer see it."""
    return await reads.view(work, queries, shapes, case_id, is_trusted=True)


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Case]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def by_prefix(work: Work, prefix: str, contact_id: int) -> list[Case]:
    """# differs: at most 30 *visible* rows, in any case, each word anywhere in the title, also
    among the cases of one contact; an empty prefix matches every row."""
    filter_params = of_contact(contact_id, text=prefix)
    return list((await page(work, filter_params, Paging(count=MOST_BY_PREFIX))).rows)


async def show(work: Work, case_ids: Sequence[int]) -> list[Case]:
    """The cases as lists show them, in the given order, without those that the actor may not
    see."""
    return await reads.show(work, queries, shapes, case_ids)

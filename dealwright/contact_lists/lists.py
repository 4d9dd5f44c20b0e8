"""Showing lists of contacts: what a filter leaves, what a name finds, who belongs to a company."""

from collections.abc import Sequence

from dealwright import batches, listing
from dealwright.contact_lists import queries
from dealwright.contact_lists.filters import Wanted, by_name, of_company, of_opportunity, order
from dealwright.contact_lists.shapes import ContactWithPhone, ContactWithTask, with_phone
from dealwright.contacts.lists import show, show_briefly, show_simply
from dealwright.contacts.queries import visible
from dealwright.contacts.shapes import Contact
from dealwright.errors import Invalid, NotFound
from dealwright.portal.queries import current
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work

MOST_BY_PREFIX = 30
BY_NAME = "displayname"


async def page(work: Work, wanted: Wanted, paging: Paging) -> Listing[Contact]:
    """One page with its total, the newest first unless a sort is named."""
    by = order(paging, default="created", descending=True)
    found = await _found(work, wanted, paging, by=by)
    return Listing(await show(work, found.ids), found.total, found.next_cursor)


async def simple_page(work: Work, wanted: Wanted, paging: Paging) -> Listing[ContactWithTask]:
    """One page in the simple form, by name unless a sort is named."""
    found = await _found(work, wanted, paging, by=order(paging, default=BY_NAME))
    rows = [ContactWithTask(contact=each) for each in await show_simply(work, found.ids)]
    return Listing(rows, found.total, found.next_cursor)


async def persons(work: Work, company_id: int, paging: Paging) -> Listing[Contact]:
    """The persons of a company that the actor sees, by name. Raises NotFound."""
    if company_id <= 0:
        raise Invalid("companyid", "must be the id of a company")
    seen = await work.fetch(visible(work.actor.is_admin), actor=work.actor.id, ids=[company_id])
    if not seen or not seen[0][1]:
        raise NotFound
    found = await _found(work, of_company(company_id), paging, by=order(paging, default=BY_NAME))
    return Listing(await show(work, found.ids), found.total, found.next_cursor)


async def by_prefix(work: Work, text: str, search_type: int) -> Listing[ContactWithPhone]:
    """# differs: 30 rows that the actor sees, of which the reference leaves what he may see."""
    paging = Paging(count=MOST_BY_PREFIX)
    found = await _found(work, by_name(text, search_type), paging, by=(BY_NAME, False))
    return Listing(await _with_phones(work, found.ids))


async def members(work: Work, opportunity_id: int, text: str) -> Listing[ContactWithPhone]:
    """The members of an opportunity whose name holds all words of a text."""
    wanted = of_opportunity(opportunity_id, text)
    found = await _found(work, wanted, Paging(), by=(BY_NAME, False))
    return Listing(await _with_phones(work, found.ids), found.total)


async def ids(work: Work, wanted: Wanted, *, means_all: bool) -> list[int]:
    """All ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all."""
    return await batches.found(work, queries, wanted, means_all=means_all, what="contact")


async def _with_phones(work: Work, ids: Sequence[int]) -> list[ContactWithPhone]:
    return [with_phone(each) for each in await show_briefly(work, ids)]


async def _found(
    work: Work, wanted: Wanted, paging: Paging, *, by: tuple[str, bool]
) -> listing.Page:
    secret = (await work.recall(current)).secret
    return await listing.page(work, queries, wanted, paging, by=by, secret=secret)

"""Reads lists of contacts: by a filter, by a name, the persons of a company."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm import batches
from dealwright.crm.contacts.info.actions import search_key
from dealwright.crm.contacts.infos import InfoType, category_of
from dealwright.crm.contacts.queries import visible
from dealwright.crm.contacts.reads import primary, show, show_briefly, show_fully, show_simply
from dealwright.crm.contacts.search import filters, queries
from dealwright.crm.contacts.search.filters import (
    FilterParams,
    by_name,
    of_company,
    of_record,
    order,
)
from dealwright.crm.contacts.search.shapes import (
    ContactWithEmail,
    ContactWithPhone,
    ContactWithTask,
    nearest,
    with_email,
    with_phone,
)
from dealwright.crm.contacts.shapes import Contact
from dealwright.errors import Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.records import listing
from dealwright.wire.paging import MOST_ROWS, Listing, Paging
from dealwright.work import Work

MOST_BY_PREFIX = 30
BY_NAME = "displayname"


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Contact]:
    """One page with its total, the newest first unless the request names a sort key."""
    by = order(paging, default="created", descending=True)
    listed = await _page(work, filter_params, paging, by=by)
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def simple_page(
    work: Work, filter_params: FilterParams, paging: Paging
) -> Listing[ContactWithTask]:
    """One page in the simple form, by name unless the request names a sort key."""
    listed = await _page(work, filter_params, paging, by=order(paging, default=BY_NAME))
    contacts = await show_simply(work, listed.ids)
    statement = queries.nearest(work.actor.is_admin)
    due: Sequence[Any] = ()
    if contacts:
        due = await work.fetch(statement, actor=work.actor.id, ids=listed.ids)
    tasks = await nearest(work, due)
    rows = [ContactWithTask(task=tasks.get(each.id), contact=each) for each in contacts]
    return Listing(rows, listed.total, listed.next_cursor)


async def persons(work: Work, company_id: int, paging: Paging) -> Listing[Contact]:
    """The persons of a company that the actor sees, by name. Raises NotFound."""
    if company_id <= 0:
        raise Invalid("companyid", "must be the id of a company")
    seen = await work.fetch(visible(work.actor.is_admin), actor=work.actor.id, ids=[company_id])
    if not seen or not seen[0][1]:
        raise NotFound
    listed = await _page(work, of_company(company_id), paging, by=order(paging, default=BY_NAME))
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def by_prefix(work: Work, text: str, search_type: int) -> Listing[ContactWithPhone]:
    """# differs: 30 rows that the actor sees; the reference takes 30 rows and drops the hidden
    ones."""
    paging = Paging(count=MOST_BY_PREFIX)
    listed = await _page(work, by_name(text, search_type), paging, by=(BY_NAME, False))
    return Listing(await _with_phones(work, listed.ids))


async def members(work: Work, entity: str, record_id: int, text: str) -> Listing[ContactWithPhone]:
    """The members of an opportunity or a case whose name contains every word of a text."""
    filter_params = of_record(entity, record_id, text)
    listed = await _page(work, filter_params, Paging(), by=(BY_NAME, False))
    return Listing(await _with_phones(work, listed.ids), listed.total)


async def ids(work: Work, filter_params: FilterParams, *, means_all: bool) -> list[int]:
    """The ids of the contacts that match a filter. Raises Invalid for an empty filter unless
    `means_all`."""
    return await batches.matching_ids(
        work, queries, filter_params, means_all=means_all, what="contact"
    )


async def by_email(work: Work, term: str, at_most: int) -> list[ContactWithTask]:
    """Contacts with an email address, by a part of their name or address, sorted by name.

    # differs: the reference repeats a contact for each of its addresses.
    """
    if not term or at_most <= 0:
        return []
    paging = Paging(count=min(at_most, MOST_ROWS))
    listed = await _page(work, filters.by_email(term), paging, by=(BY_NAME, False))
    return [ContactWithTask(contact=each) for each in await show_simply(work, listed.ids)]


async def by_info(
    work: Work,
    info_type: InfoType,
    text: str,
    paging: Paging,
    *,
    category: str | None,
    is_primary: bool | None,
) -> Listing[Contact]:
    """One page of the contacts with data of a kind that contains a text, by name unless the request
    names a sort key, each in its full form. Raises Invalid for a category that the kind does not
    have."""
    number = category_of(info_type, category) if category else None
    key = await search_key(work, info_type, text)
    if key is None:
        return Listing([], 0)
    filter_params = filters.by_info(info_type, key, category=number, is_primary=is_primary)
    listed = await _page(work, filter_params, paging, by=order(paging, default=BY_NAME))
    return Listing(await show_fully(work, listed.ids), listed.total, listed.next_cursor)


async def with_emails(work: Work, contact_ids: Sequence[int]) -> list[ContactWithEmail]:
    """Those of the contacts that the actor sees, each once, in the given order."""
    contacts = await show_briefly(work, list(dict.fromkeys(contact_ids)))
    emails = await primary(work, [each.id for each in contacts], InfoType.EMAIL)
    return [with_email(each, emails.get(each.id)) for each in contacts]


async def _with_phones(work: Work, ids: Sequence[int]) -> list[ContactWithPhone]:
    phones = await primary(work, ids, InfoType.PHONE)
    return [with_phone(each, phones.get(each.id)) for each in await show_briefly(work, ids)]


async def _page(
    work: Work, filter_params: FilterParams, paging: Paging, *, by: tuple[str, bool]
) -> listing.Page:
    secret = (await work.cached(current)).secret
    return await listing.page(work, queries, filter_params, paging, by=by, secret=secret)

"""Showing lists of contacts: what a filter leaves, what a name finds, who belongs to a company."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm import batches
from dealwright.crm.contacts.info.actions import sought
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


async def page(work: Work, wanted: FilterParams, paging: Paging) -> Listing[Contact]:
    """One page with its total, the newest first unless a sort is named."""
    by = order(paging, default="created", descending=True)
    found = await _found(work, wanted, paging, by=by)
    return Listing(await show(work, found.ids), found.total, found.next_cursor)


async def simple_page(work: Work, wanted: FilterParams, paging: Paging) -> Listing[ContactWithTask]:
    """One page in the simple form, by name unless a sort is named."""
    found = await _found(work, wanted, paging, by=order(paging, default=BY_NAME))
    shown = await show_simply(work, found.ids)
    statement = queries.nearest(work.actor.is_admin)
    due: Sequence[Any] = ()
    if shown:
        due = await work.fetch(statement, actor=work.actor.id, ids=found.ids)
    tasks = await nearest(work, due)
    rows = [ContactWithTask(task=tasks.get(each.id), contact=each) for each in shown]
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


async def members(work: Work, entity: str, record_id: int, text: str) -> Listing[ContactWithPhone]:
    """The members of an opportunity or a case whose name holds all words of a text."""
    wanted = of_record(entity, record_id, text)
    found = await _found(work, wanted, Paging(), by=(BY_NAME, False))
    return Listing(await _with_phones(work, found.ids), found.total)


async def ids(work: Work, wanted: FilterParams, *, means_all: bool) -> list[int]:
    """All ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all."""
    return await batches.matching_ids(work, queries, wanted, means_all=means_all, what="contact")


async def by_email(work: Work, term: str, at_most: int) -> list[ContactWithTask]:
    """Contacts that a letter can be sent to, by a part of their name or address, by name.

    # differs: the reference repeats a contact for each of its addresses.
    """
    if not term or at_most <= 0:
        return []
    paging = Paging(count=min(at_most, MOST_ROWS))
    found = await _found(work, filters.by_email(term), paging, by=(BY_NAME, False))
    return [ContactWithTask(contact=each) for each in await show_simply(work, found.ids)]


async def by_info(
    work: Work,
    info_type: InfoType,
    text: str,
    paging: Paging,
    *,
    category: str | None,
    is_primary: bool | None,
) -> Listing[Contact]:
    """One page of the contacts with data of a kind that contains a text, by name unless a sort is
    named, each as it is shown alone. Raises Invalid for a category that the kind does not have."""
    number = category_of(info_type, category) if category else None
    key = await sought(work, info_type, text)
    if key is None:
        return Listing([], 0)
    wanted = filters.by_info(info_type, key, category=number, is_primary=is_primary)
    found = await _found(work, wanted, paging, by=order(paging, default=BY_NAME))
    return Listing(await show_fully(work, found.ids), found.total, found.next_cursor)


async def with_emails(work: Work, contact_ids: Sequence[int]) -> list[ContactWithEmail]:
    """Those of the contacts that the actor sees, each once, in the given order."""
    shown = await show_briefly(work, list(dict.fromkeys(contact_ids)))
    emails = await primary(work, [each.id for each in shown], InfoType.EMAIL)
    return [with_email(each, emails.get(each.id)) for each in shown]


async def _with_phones(work: Work, ids: Sequence[int]) -> list[ContactWithPhone]:
    phones = await primary(work, ids, InfoType.PHONE)
    return [with_phone(each, phones.get(each.id)) for each in await show_briefly(work, ids)]


async def _found(
    work: Work, wanted: FilterParams, paging: Paging, *, by: tuple[str, bool]
) -> listing.Page:
    secret = (await work.cached(current)).secret
    return await listing.page(work, queries, wanted, paging, by=by, secret=secret)

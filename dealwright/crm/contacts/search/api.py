"""The routes that list contacts."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.contacts.search import reads
from dealwright.crm.contacts.search.filters import ListFilter, is_heavy, resolve
from dealwright.crm.contacts.search.shapes import (
    ContactWithEmail,
    ContactWithPhone,
    ContactWithTask,
)
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class EntityType(IntEnum):
    ANY = -1
    CONTACT = 0
    OPPORTUNITY = 1
    RELATIONSHIP_EVENT = 2
    TASK = 3
    COMPANY = 4
    PERSON = 5
    FILE = 6
    CASE = 7
    INVOICE = 8


class ByPrefix(msgspec.Struct, kw_only=True, frozen=True):
    """`searchType`: -1 all, 0 companies, 1 persons, 2 persons without a company, 3 companies and
    persons without one. With an `entityID` only the members of that opportunity or case are
    searched."""

    prefix: Annotated[str, Length(1000)] = ""
    # differs: in the reference an absent type means companies.
    search_type: int = -1
    entity_type: EntityType = EntityType.ANY
    entity_id: int = 0


class ByEmail(msgspec.Struct, kw_only=True, frozen=True):
    term: Annotated[str, Length(1000)] = ""
    max_count: int = 0


class ByInfo(msgspec.Struct, kw_only=True, frozen=True):
    """`category` is a category of the kind, by name or by number."""

    info_type: InfoType
    data: Annotated[str, Length(1000)] = ""
    category: Annotated[str, Length(255)] | None = None
    is_primary: bool | None = None


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    contact_ids: list[int] = []


class OneCompany(msgspec.Struct, kw_only=True, frozen=True):
    company_id: Id


@route.get("contact/filter", is_heavy=is_heavy)
async def page(work: Work, params: ListFilter, paging: Paging) -> Listing[Person | Company]:
    """Lists the contacts that match all given filters, the newest first.

    `filterValue` finds contacts by words of their name, job title, description, industry, contact
    data and custom values, and persons also by those of their company.
    """
    return await reads.page(work, resolve(work, params, paging.filter_value), paging)


@route.get("contact/simple/filter", is_heavy=is_heavy)
async def simple_page(work: Work, params: ListFilter, paging: Paging) -> Listing[ContactWithTask]:
    """Lists the contacts that match all given filters in a simple form, by name."""
    return await reads.simple_page(work, resolve(work, params, paging.filter_value), paging)


@route.get("contact/byprefix", mode=Mode.HEAVY)
async def by_prefix(work: Work, params: ByPrefix) -> Listing[ContactWithPhone]:
    """Lists up to 30 contacts whose name contains every word of a text, by name."""
    if params.entity_id <= 0:
        return await reads.by_prefix(work, params.prefix, params.search_type)
    if params.entity_type not in (EntityType.OPPORTUNITY, EntityType.CASE):
        return Listing([], total=0)
    return await reads.members(
        work, params.entity_type.name.lower(), params.entity_id, params.prefix
    )


@route.get("contact/simple/byEmail", mode=Mode.HEAVY)
async def by_email(work: Work, params: ByEmail) -> list[ContactWithTask]:
    """Lists contacts with an email address that contains a text, or with a name that contains every
    word of it, by name. Returns `maxCount` at most; without it none."""
    return await reads.by_email(work, params.term, params.max_count)


@route.get("contact/bycontactinfo", mode=Mode.HEAVY)
async def by_info(work: Work, params: ByInfo, paging: Paging) -> Listing[Person | Company]:
    """Lists the contacts with data of a kind that contains a text, in any case and any spelling of
    a phone number. An empty text matches any data."""
    return await reads.by_info(
        work,
        params.info_type,
        params.data,
        paging,
        category=params.category,
        is_primary=params.is_primary,
    )


@route.get("contact/mail")
async def with_emails(work: Work, params: Chosen) -> list[ContactWithEmail]:
    """Returns the contacts with these ids, each with its primary email address if it has one.

    Ids that do not exist or that you may not see are skipped.
    """
    return await reads.with_emails(work, params.contact_ids)


@route.get("contact/company/{companyid:id}/person")
async def persons(work: Work, params: OneCompany, paging: Paging) -> Listing[Person | Company]:
    """Lists the persons of a company, by name."""
    return await reads.persons(work, params.company_id, paging)

"""The routes that create or change many contacts at once."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts.batches import actions
from dealwright.crm.contacts.reads import show, show_fully
from dealwright.crm.contacts.search.filters import Filter, resolve
from dealwright.crm.contacts.search.reads import ids
from dealwright.crm.contacts.shapes import Company, ContactBase, DeletedContact, Person
from dealwright.errors import Invalid
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Name = Annotated[str, Length(255)]


class FullName(msgspec.Struct, frozen=True):
    """`key` is the first name, `value` the last name."""

    key: Name = ""
    value: Name = ""


class QuickPersons(msgspec.Struct, kw_only=True, frozen=True):
    data: list[FullName] = []


class QuickCompanies(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: the name is singular, the value is a list.
    company_name: list[Name] = []


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    contact_ids: list[int] = []


class SharingOfChosen(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: the name is singular, the value is a list.
    contact_id: list[int] = []
    is_shared: bool | None = None
    manager_list: list[Guid] = []


class Filtered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every contact when no filter is given."""

    all: bool = False


class SharingOfFiltered(Filtered, kw_only=True, frozen=True):
    is_private: bool | None = None
    manager_list: list[Guid] = msgspec.field(default_factory=list)


@route.post("contact/person/quick", mode=Mode.TRANSACTION)
async def create_persons(work: Work, params: QuickPersons) -> list[ContactBase] | None:
    """Creates private persons from their names alone. Persons that lack a name are skipped."""
    names = [(each.key, each.value) for each in params.data]
    return await actions.create_persons(work, names) if names else None


@route.post("contact/company/quick", mode=Mode.TRANSACTION)
async def create_companies(work: Work, params: QuickCompanies) -> list[ContactBase] | None:
    """Creates private companies from their names alone."""
    names = params.company_name
    return await actions.create_companies(work, names) if names else None


@route.put("contact", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Chosen) -> list[DeletedContact]:
    """Moves the contacts with these ids to the trash and returns them as they were.

    Ids that do not exist, or that you may not see or delete, are skipped.
    """
    if not params.contact_ids:
        raise Invalid("contactids", "must hold at least one id")
    return await actions.delete(work, params.contact_ids)


@route.delete("contact/filter", mode=Mode.TRANSACTION, strict=True)
async def delete_filtered(work: Work, params: Filtered, paging: Paging) -> list[DeletedContact]:
    """Moves all contacts that match a filter to the trash and returns them as they were."""
    filter_params = resolve(work, params, paging.filter_value)
    return await actions.delete(work, await ids(work, filter_params, means_all=params.all))


@route.put("contact/access", mode=Mode.TRANSACTION)
async def share(work: Work, params: SharingOfChosen) -> list[Person | Company]:
    """Sets who sees the contacts with these ids and returns those that you may change, each in its
    full form."""
    return await actions.share(
        work,
        params.contact_id,
        is_shared=params.is_shared,
        managers=params.manager_list,
        shows=show_fully,
    )


@route.put("contact/filter/access", mode=Mode.TRANSACTION, strict=True)
async def share_filtered(
    work: Work, params: SharingOfFiltered, paging: Paging
) -> list[Person | Company]:
    """Sets who sees all contacts that match a filter and lists those that you may change."""
    # differs: the reference reads `isPrivate` as its opposite.
    is_shared = None if params.is_private is None else not params.is_private
    filter_params = resolve(work, params, paging.filter_value)
    contact_ids = await ids(work, filter_params, means_all=params.all)
    return await actions.share(
        work, contact_ids, is_shared=is_shared, managers=params.manager_list, shows=show
    )

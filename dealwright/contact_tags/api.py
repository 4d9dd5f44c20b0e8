"""The routes of the tags that contacts carry."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.contact_lists.filters import Filter, wanted
from dealwright.contact_lists.lists import ids
from dealwright.contact_tags import actions
from dealwright.errors import Invalid
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

TagName = Annotated[str, Length(255)]
GROUP = "{entityType:(company|person)}/{entityid:id}/tag/group"


class Kind(IntEnum):
    COMPANY = 4
    PERSON = 5


class OfContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class OfEntity(msgspec.Struct, kw_only=True, frozen=True):
    entity_id: Id


class Named(OfContact, kw_only=True, frozen=True):
    tag_name: TagName = ""


class NamedOfGroup(OfEntity, kw_only=True, frozen=True):
    entity_type: Kind
    tag_name: TagName = ""


class NamedOfChosen(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: a list with a singular name.
    entity_id: list[int] = []
    tag_name: TagName = ""


class NamedOfFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every contact when no filter is given."""

    all: bool = False
    tag_name: TagName = ""


@route.get("contact/{contactid:id}/tag")
async def listed(work: Work, asked: OfContact, paging: Paging) -> Listing[str]:
    """Lists the tags that a contact carries, by title."""
    return _cut(await actions.listed(work, asked.contact_id), paging)


@route.get("contact/tag/{entityid:id}")
async def listed_too(work: Work, asked: OfEntity, paging: Paging) -> Listing[str]:
    """Lists the tags that a contact carries, by title."""
    return _cut(await actions.listed(work, asked.entity_id), paging)


@route.post("contact/{contactid:id}/tag")
async def attach(work: Work, asked: Named) -> str:
    """Hangs a tag on a contact; a tag that does not exist yet is made."""
    await actions.attach(work, asked.contact_id, asked.tag_name)
    return asked.tag_name


@route.delete("contact/{contactid:id}/tag")
async def detach(work: Work, asked: Named) -> str:
    """Takes a tag off a contact."""
    await actions.detach(work, asked.contact_id, asked.tag_name)
    return asked.tag_name


@route.post("contact/taglist")
async def attach_to_chosen(work: Work, asked: NamedOfChosen) -> str:
    """Hangs a tag on the contacts with these ids; those that the caller may not edit are
    skipped."""
    if not asked.entity_id:
        raise Invalid("entityid", "must hold at least one id")
    await actions.attach_to_many(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.post("contact/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, asked: NamedOfFiltered, paging: Paging) -> str:
    """Hangs a tag on all contacts that match a filter and that the caller may edit."""
    found = await ids(work, wanted(work, asked, paging.filter_value), means_all=asked.all)
    await actions.attach_to_many(work, found, asked.tag_name)
    return asked.tag_name


@route.post(GROUP)
async def attach_to_group(work: Work, asked: NamedOfGroup) -> str:
    """Hangs a tag on a company and its persons, or on a person, his company and its persons."""
    is_company = asked.entity_type is Kind.COMPANY
    await actions.attach_to_group(work, asked.entity_id, asked.tag_name, is_company=is_company)
    return asked.tag_name


@route.delete(GROUP)
async def detach_from_group(work: Work, asked: NamedOfGroup) -> str:
    """Takes a tag off a company and its persons, or off a person, his company and its persons."""
    is_company = asked.entity_type is Kind.COMPANY
    await actions.detach_from_group(work, asked.entity_id, asked.tag_name, is_company=is_company)
    return asked.tag_name


def _cut(titles: list[str], paging: Paging) -> Listing[str]:
    cut = titles[paging.start_index : paging.start_index + paging.count]
    return Listing(cut, len(titles) if len(cut) < len(titles) else None)

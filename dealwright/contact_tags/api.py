"""The routes of the tags that contacts carry."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.contact_lists.filters import Filter, wanted
from dealwright.contact_lists.lists import ids
from dealwright.contact_tags import actions
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Title = Annotated[str, Length(255)]
GROUP = "{entityType:(company|person)}/{entityid:id}/tag/group"


class Kind(IntEnum):
    COMPANY = 4
    PERSON = 5


class One(msgspec.Struct, kw_only=True, frozen=True):
    entity_id: Id


class Named(One, kw_only=True, frozen=True):
    tag_name: Title = ""


class NamedForGroup(Named, kw_only=True, frozen=True):
    entity_type: Kind


class NamedForMany(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: a list with a singular name.
    entity_id: list[int] = []
    tag_name: Title = ""


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every contact when no filter is given."""

    tag_name: Title = ""
    all: bool = False


@route.get("contact/tag/{entityid:id}")
@route.get("contact/{entityid:id}/tag")
async def every(work: Work, asked: One, paging: Paging) -> Listing[str]:
    """Lists the tags of a contact, by title."""
    return arrange(await actions.listed(work, asked.entity_id), paging)


@route.post("contact/{entityid:id}/tag")
async def attach(work: Work, asked: Named) -> str:
    """Hangs a tag on a contact; a new one is made on the way."""
    await actions.attach(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.delete("contact/{entityid:id}/tag")
async def detach(work: Work, asked: Named) -> str:
    """Takes a tag off a contact, which need not carry it. The tag itself stays."""
    await actions.detach(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.post("contact/taglist", mode=Mode.TRANSACTION)
async def attach_to_many(work: Work, asked: NamedForMany) -> str:
    """Hangs a tag on the contacts with these ids.

    Ids that do not exist, or that you may not see or edit, are skipped.
    """
    await actions.attach_many(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.post("contact/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, asked: NamedForFiltered, paging: Paging) -> str:
    """Hangs a tag on all contacts that match a filter and that you may edit."""
    found = await ids(work, wanted(work, asked, paging.filter_value), means_all=asked.all)
    await actions.attach_many(work, found, asked.tag_name)
    return asked.tag_name


@route.post(GROUP)
async def attach_to_group(work: Work, asked: NamedForGroup) -> str:
    """Hangs a tag on a company and its persons, or on a person, his company and its persons."""
    is_company = asked.entity_type is Kind.COMPANY
    await actions.attach_to_group(work, asked.entity_id, asked.tag_name, is_company=is_company)
    return asked.tag_name


@route.delete(GROUP)
async def detach_from_group(work: Work, asked: NamedForGroup) -> str:
    """Takes a tag off a company and its persons, or off a person, his company and its persons."""
    is_company = asked.entity_type is Kind.COMPANY
    await actions.detach_from_group(work, asked.entity_id, asked.tag_name, is_company=is_company)
    return asked.tag_name

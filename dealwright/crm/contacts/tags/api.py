"""The routes that hang tags on a contact with its group, and on all that match a filter."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts.search.filters import Filter, wanted
from dealwright.crm.contacts.search.reads import ids
from dealwright.crm.contacts.tags import actions
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Title = Annotated[str, Length(255)]
GROUP = "{entityType:(company|person)}/{entityid:id}/tag/group"


class Kind(IntEnum):
    COMPANY = 4
    PERSON = 5


class NamedForGroup(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: Kind
    entity_id: Id
    tag_name: Title = ""


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every contact when no filter is given."""

    tag_name: Title = ""
    all: bool = False


@route.post("contact/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, asked: NamedForFiltered, paging: Paging) -> str:
    """Hangs a tag on all contacts that match a filter and that you may edit."""
    found = await ids(work, wanted(work, asked, paging.filter_value), means_all=asked.all)
    await tags.attach_many(work, Tagged.CONTACT, found, asked.tag_name)
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

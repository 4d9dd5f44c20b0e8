"""The routes that tag a contact with its group, and all contacts that match a filter."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts.search.filters import Filter, resolve
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


class ContactType(IntEnum):
    COMPANY = 4
    PERSON = 5


class NamedForGroup(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: ContactType
    entity_id: Id
    tag_name: Title = ""


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every contact when no filter is given."""

    tag_name: Title = ""
    all: bool = False


@route.post("contact/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, params: NamedForFiltered, paging: Paging) -> str:
    """Adds a tag to all contacts that match a filter and that you may edit."""
    contact_ids = await ids(work, resolve(work, params, paging.filter_value), means_all=params.all)
    await tags.attach_many(work, Tagged.CONTACT, contact_ids, params.tag_name)
    return params.tag_name


@route.post(GROUP)
async def attach_to_group(work: Work, params: NamedForGroup) -> str:
    """Adds a tag to a company and its persons, or to a person, its company and the company's
    persons."""
    is_company = params.entity_type is ContactType.COMPANY
    await actions.attach_to_group(work, params.entity_id, params.tag_name, is_company=is_company)
    return params.tag_name


@route.delete(GROUP)
async def detach_from_group(work: Work, params: NamedForGroup) -> str:
    """Removes a tag from a company and its persons, or from a person, its company and the company's
    persons."""
    is_company = params.entity_type is ContactType.COMPANY
    await actions.detach_from_group(work, params.entity_id, params.tag_name, is_company=is_company)
    return params.tag_name

"""The routes that find contacts that may be duplicates."""

import msgspec

from dealwright import access
from dealwright.crm.contacts.duplicates import reads
from dealwright.crm.contacts.duplicates.rules import By
from dealwright.crm.contacts.duplicates.shapes import Duplicates
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class DuplicateParams(msgspec.Struct, kw_only=True, frozen=True):
    """`by` selects what the contacts share: email, phone, name, several of them or (absent) any."""

    by: list[By] = []


class ContactPath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


@route.get("contact/duplicates", mode=Mode.HEAVY)
async def page(work: Work, params: DuplicateParams, paging: Paging) -> Listing[Duplicates]:
    """Lists groups of contacts that share an email address, a phone number or their name, among
    those that you may see."""
    return await reads.page(work, params.by, paging)


@route.get("contact/{contactid:id}/duplicates")
async def of_contact(work: Work, params: ContactPath) -> list[Duplicates]:
    """Lists what a contact shares with others that you may see, and with which."""
    return await reads.of_contact(work, params.contact_id)

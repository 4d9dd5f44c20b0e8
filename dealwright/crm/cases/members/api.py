"""The routes of the contacts that take part in a case."""

import msgspec

from dealwright import access
from dealwright.crm.cases.members import actions
from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class CasePath(msgspec.Struct, kw_only=True, frozen=True):
    case_id: Id


class Link(CasePath, kw_only=True, frozen=True):
    contact_id: int = 0


class Linked(CasePath, kw_only=True, frozen=True):
    contact_id: Id


@route.get("case/{caseid:id}/contact")
async def members(work: Work, params: CasePath) -> list[Person | Company]:
    """Lists the contacts that take part in a case and that you may see."""
    return await actions.members(work, params.case_id)


@route.post("case/{caseid:id}/contact")
async def link(work: Work, params: Link) -> Answer[Person | Company]:
    """Adds a contact to a case and returns the contact."""
    await actions.link(work, params.case_id, params.contact_id)
    return await contacts.view(work, params.contact_id)


@route.delete("case/{caseid:id}/contact/{contactid:id}")
async def unlink(work: Work, params: Linked) -> Answer[Person | Company]:
    """Removes a contact from a case and returns the contact."""
    await actions.unlink(work, params.case_id, params.contact_id)
    return await contacts.view(work, params.contact_id)

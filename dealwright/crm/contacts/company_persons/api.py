"""The routes about a company together with its persons."""

import msgspec

from dealwright import access
from dealwright.crm.contacts import reads
from dealwright.crm.contacts.company_persons import actions
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Membership(msgspec.Struct, kw_only=True, frozen=True):
    company_id: Id
    person_id: int = 0


class CompanyStatus(msgspec.Struct, kw_only=True, frozen=True):
    company_id: Id
    contact_status_id: int = 0


class PersonStatus(msgspec.Struct, kw_only=True, frozen=True):
    person_id: Id
    contact_status_id: int = 0


@route.post("contact/company/{companyid:id}/person")
async def add(work: Work, params: Membership) -> Answer[Person | Company]:
    """Adds a person to a company and removes it from any other."""
    await actions.add(work, params.company_id, params.person_id)
    return await reads.changed(work, params.person_id)


@route.delete("contact/company/{companyid:id}/person")
async def remove(work: Work, params: Membership) -> Answer[Person | Company]:
    """Removes a person from a company and returns the person as it was."""
    before = await reads.view(work, params.person_id, parameter="personid")
    await actions.remove(work, params.company_id, params.person_id)
    return Answer(value=before.value)


@route.put("contact/company/{companyid:id}/status", mode=Mode.TRANSACTION)
async def set_company_status(work: Work, params: CompanyStatus) -> Answer[Person | Company]:
    """Sets the status of a company and of its persons: a contact status, or 0 for none."""
    await actions.set_company_status(work, params.company_id, params.contact_status_id)
    return await reads.changed(work, params.company_id)


@route.put("contact/person/{personid:id}/status", mode=Mode.TRANSACTION)
async def set_person_status(work: Work, params: PersonStatus) -> Answer[Person | Company]:
    """Sets the status of a person, of its company and of the company's other persons."""
    await actions.set_person_status(work, params.person_id, params.contact_status_id)
    return await reads.changed(work, params.person_id)

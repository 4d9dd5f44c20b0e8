"""Adds a tag to a contact and its group, and removes it."""

from dealwright.crm.contacts import repository
from dealwright.crm.contacts.company_persons.actions import company_of, demand_edit, persons_of
from dealwright.errors import Invalid
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged, demand_key
from dealwright.work import Work


async def attach_to_group(work: Work, contact_id: int, title: str, *, is_company: bool) -> None:
    """Adds a tag to a contact and its group. Raises Invalid, NotFound, Forbidden."""
    demand_key(title)
    members = await _group(work, contact_id, is_company=is_company)
    await tags.attach(work, Tagged.CONTACT, members, title=title)


async def detach_from_group(work: Work, contact_id: int, title: str, *, is_company: bool) -> None:
    """Removes a tag from a contact and its group. Raises Invalid, NotFound, Forbidden."""
    demand_key(title)
    members = await _group(work, contact_id, is_company=is_company)
    await tags.detach(work, Tagged.CONTACT, members, title=title)


async def _group(work: Work, contact_id: int, *, is_company: bool) -> list[int]:
    """A company with its persons, or a person with its company and the company's other persons:
    those that the actor may edit."""
    first = await repository.load(work, contact_id, parameter="entityid")
    if first.before.is_company != is_company:
        kind = "company" if is_company else "person"
        raise Invalid("entityid", f"must be the id of a {kind}", f"Contact is not a {kind}")
    demand_edit(work, first)
    company = first if is_company else await company_of(work, first)
    if company is None:
        return [contact_id]
    everybody = [first, company, *await persons_of(work, company.before.id)]
    return list(dict.fromkeys(each.before.id for each in everybody if each.can_edit))

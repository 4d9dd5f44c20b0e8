"""Adds a person to a company, removes it, and changes a company together with its persons."""

from dealwright.crm.contacts import repository
from dealwright.crm.contacts.actions import demand_status, join, warm
from dealwright.crm.contacts.company_persons import queries
from dealwright.crm.contacts.repository import Loaded
from dealwright.errors import Forbidden, Invalid
from dealwright.work import Work


async def add(work: Work, company_id: int, person_id: int) -> None:
    """Adds a person to a company and removes it from any other. Raises NotFound when the actor may
    not see either, Forbidden when they may only read the person."""
    await repository.load(work, company_id, parameter="companyid", is_company=True)
    loaded = await repository.load_to_edit(work, person_id, parameter="personid", is_company=False)
    await join(work, loaded.before, company_id)


async def remove(work: Work, company_id: int, person_id: int) -> None:
    """Removes a person from a company. Does nothing for a person of another company. Raises
    NotFound, Forbidden.

    # differs: the reference removes the person from any company.
    """
    await repository.load(work, company_id, parameter="companyid", is_company=True)
    loaded = await repository.load_to_edit(work, person_id, parameter="personid", is_company=False)
    if loaded.before.company_id == company_id:
        await join(work, loaded.before, None)


async def set_company_status(work: Work, company_id: int, status_id: int) -> None:
    """Sets the status of a company and of those of its persons that the actor may edit. Raises
    Invalid, NotFound, Forbidden."""
    company = await repository.load(work, company_id, parameter="companyid")
    if not company.before.is_company:
        raise Invalid("companyid", "must be the id of a company", "Contact is not a company")
    demand_edit(work, company)
    await demand_status(work, status_id)
    await _warm_all(work, company, status_id)


async def set_person_status(work: Work, person_id: int, status_id: int) -> None:
    """Sets the status of a person. If the person has a company that the actor may edit, sets the
    status of the whole company. Raises Invalid, NotFound, Forbidden."""
    person = await repository.load(work, person_id, parameter="personid")
    if person.before.is_company:
        raise Invalid("personid", "must be the id of a person", "Contact is not a person")
    demand_edit(work, person)
    await demand_status(work, status_id)
    company = await company_of(work, person)
    if company is None or not company.can_edit:
        await warm(work, person.before, status_id)
    else:
        await _warm_all(work, company, status_id)


async def company_of(work: Work, person: Loaded) -> Loaded | None:
    """The company of a person, if the actor sees it."""
    company_id = person.before.company_id
    companies = await repository.load_many(work, [company_id]) if company_id else []
    return companies[0] if companies else None


async def persons_of(work: Work, company_id: int) -> list[Loaded]:
    """The persons of a company that the actor sees."""
    statement = queries.persons_of(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, id=company_id)
    return await repository.load_many(work, [row[0] for row in rows])


async def _warm_all(work: Work, company: Loaded, status_id: int) -> None:
    for loaded in [company, *await persons_of(work, company.before.id)]:
        if loaded.can_edit:
            await warm(work, loaded.before, status_id)


def demand_edit(work: Work, loaded: Loaded) -> None:
    """Raises Forbidden, and Stale when If-Match names another version."""
    if not loaded.can_edit:
        raise Forbidden
    work.demand_version(loaded.before.id, loaded.before.version)

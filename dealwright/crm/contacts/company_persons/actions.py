"""Making a person one of a company, and what is said of a company together with its persons."""

from dealwright.crm.contacts import repository
from dealwright.crm.contacts.actions import demand_status, join, warm
from dealwright.crm.contacts.company_persons import queries
from dealwright.crm.contacts.repository import Loaded
from dealwright.errors import Forbidden, Invalid
from dealwright.work import Work


async def add(work: Work, company_id: int, person_id: int) -> None:
    """Makes a person one of a company, and of no other. Raises NotFound for either that the actor
    does not see, Forbidden for a person that he may only read."""
    await repository.load(work, company_id, parameter="companyid", is_company=True)
    loaded = await repository.load_to_edit(work, person_id, parameter="personid", is_company=False)
    await join(work, loaded.before, company_id)


async def take(work: Work, company_id: int, person_id: int) -> None:
    """Ends that a person is one of a company; nothing happens to one who is not. Raises NotFound,
    Forbidden.

    # differs: the reference takes him from whatever company he is in.
    """
    await repository.load(work, company_id, parameter="companyid", is_company=True)
    loaded = await repository.load_to_edit(work, person_id, parameter="personid", is_company=False)
    if loaded.before.company_id == company_id:
        await join(work, loaded.before, None)


async def set_company_status(work: Work, company_id: int, status_id: int) -> None:
    """How warm a company is, and with it those of its persons that the actor may edit. Raises
    Invalid, NotFound, Forbidden."""
    company = await repository.load(work, company_id, parameter="companyid")
    if not company.before.is_company:
        raise Invalid("companyid", "must be the id of a company", "Contact is not a company")
    demand_edit(work, company)
    await demand_status(work, status_id)
    await _warm_all(work, company, status_id)


async def set_person_status(work: Work, person_id: int, status_id: int) -> None:
    """How warm a person is; if he has a company that the actor may edit, all of it. Raises Invalid,
    NotFound, Forbidden."""
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
    """The company of a person if the actor sees it."""
    company_id = person.before.company_id
    found = await repository.load_many(work, [company_id]) if company_id else []
    return found[0] if found else None


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

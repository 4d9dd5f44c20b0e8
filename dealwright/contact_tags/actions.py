"""Hanging tags on contacts and taking them off, one or many at a time."""

from collections.abc import Sequence

from dealwright.contact_people.actions import company_of, persons_of
from dealwright.contacts import stored
from dealwright.errors import Forbidden, Invalid
from dealwright.tags import actions as tags
from dealwright.tags import shapes
from dealwright.tags.rules import Tagged, demand_key
from dealwright.work import Work


async def listed(work: Work, contact_id: int) -> list[str]:
    """The tags of a contact by title. Raises NotFound."""
    await stored.load(work, contact_id)
    return await shapes.of(work, Tagged.CONTACT, contact_id)


async def attach(work: Work, contact_id: int, title: str) -> None:
    """Hangs a tag on a contact, a new one too. Raises NotFound, Forbidden, Invalid."""
    await stored.load_to_edit(work, contact_id)
    await tags.attach(work, Tagged.CONTACT, [contact_id], title)


async def detach(work: Work, contact_id: int, title: str) -> None:
    """Takes a tag off a contact. Raises NotFound also for a tag that does not exist, Forbidden,
    Invalid."""
    await stored.load_to_edit(work, contact_id)
    await tags.detach(work, Tagged.CONTACT, [contact_id], title)


async def attach_to_many(work: Work, contact_ids: Sequence[int], title: str) -> None:
    """Hangs a tag on those contacts that the actor may edit; the others are skipped."""
    demand_key(title)
    some = list(dict.fromkeys(each for each in contact_ids if each > 0))
    loaded = await stored.load_many(work, some) if some else []
    editable = [each.before.id for each in loaded if each.can_edit]
    if editable:
        await tags.attach(work, Tagged.CONTACT, editable, title)


async def group(work: Work, contact_id: int, *, is_company: bool) -> list[int]:
    """A company with its persons, or a person with his company and its other persons: those that
    the actor may edit. Raises NotFound, Invalid for the other kind, Forbidden."""
    first = await stored.load(work, contact_id, parameter="entityid")
    if first.before.is_company != is_company:
        kind = "company" if is_company else "person"
        raise Invalid("entityid", f"must be the id of a {kind}", f"Contact is not a {kind}")
    if not first.can_edit:
        raise Forbidden
    company = first if is_company else await company_of(work, first)
    if company is None:
        return [contact_id]
    everybody = [first, company, *await persons_of(work, company.before.id)]
    return list(dict.fromkeys(each.before.id for each in everybody if each.can_edit))


async def attach_to_group(work: Work, contact_id: int, title: str, *, is_company: bool) -> None:
    demand_key(title)
    members = await group(work, contact_id, is_company=is_company)
    await tags.attach(work, Tagged.CONTACT, members, title)


async def detach_from_group(work: Work, contact_id: int, title: str, *, is_company: bool) -> None:
    members = await group(work, contact_id, is_company=is_company)
    await tags.detach(work, Tagged.CONTACT, members, title)

"""Creates, changes and deletes contacts. Each action reads in the order of its checks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from dealwright.crm.access_changes import DATES
from dealwright.crm.contacts import photo_files, queries, repository, rules
from dealwright.crm.contacts.infos import Infos
from dealwright.crm.contacts.photo_files import Photo
from dealwright.crm.contacts.rules import CompanyInput, Contact, PersonInput, ShareType
from dealwright.errors import Forbidden, Invalid, NotFound
from dealwright.people.actions import demand_workers
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.custom_fields.rules import FieldOwner, merged
from dealwright.portal.custom_fields.shapes import fillable
from dealwright.work import Work


class Sharing(Protocol):
    """Who should see a contact. An absent type and an empty list keep the stored values."""

    @property
    def share_type(self) -> ShareType | None: ...
    @property
    def manager_list(self) -> Sequence[str]: ...


Values = Iterable[tuple[int, str]]


async def create_person(
    work: Work,
    inputs: PersonInput,
    *,
    sharing: Sharing,
    values: Values,
    infos: Infos = (),
    photo: Photo | None = None,
) -> int:
    """Creates a person and returns the id. Raises NotFound for an unknown company, Invalid,
    Conflict for an externalId that is in use."""
    if inputs.company_id > 0 and not await _is_company(work, inputs.company_id):
        raise NotFound
    rules.require_person(inputs, None)
    draft = rules.create_person(inputs, actor=work.actor.id, now=work.now)
    draft = replace(draft, infos=infos)
    steps = photo_files.put(photo, now=work.now)
    return await repository.add(work, await _completed(work, draft, sharing, values), steps=steps)


async def create_company(
    work: Work,
    inputs: CompanyInput,
    *,
    persons: Sequence[int] = (),
    sharing: Sharing,
    values: Values,
    infos: Infos = (),
    photo: Photo | None = None,
) -> int:
    """Creates a company with those of the given persons that the actor may edit, and returns its
    id. Needs a transaction if there are persons. Raises Invalid, Conflict for an externalId that is
    in use."""
    rules.require_company(inputs)
    draft = rules.create_company(inputs, actor=work.actor.id, now=work.now)
    draft = replace(draft, infos=infos)
    after, steps = (
        await _completed(work, draft, sharing, values),
        photo_files.put(photo, now=work.now),
    )
    company_id = await repository.add(work, after, steps=steps)
    for loaded in await repository.load_many(work, persons) if persons else ():
        if loaded.can_edit and not loaded.before.is_company:
            await join(work, loaded.before, company_id)
    return company_id


async def update_person(
    work: Work,
    person_id: int,
    inputs: PersonInput,
    *,
    sharing: Sharing,
    values: Values,
    photo: Photo | None = None,
) -> None:
    """Replaces what the route has parameters for. What the actor may not see of the person stays.
    Raises NotFound, Forbidden, Stale, Invalid, Conflict."""
    loaded = await repository.load_to_edit(work, person_id, parameter="personid", is_company=False)
    before = loaded.before
    rules.require_person(inputs, before)
    revised = rules.revise_person(before, inputs, company_is_hidden=loaded.company_is_hidden)
    company_id = revised.company_id
    if company_id not in (None, before.company_id) and not await _is_company(work, company_id):
        raise Invalid("companyid", f"must be the id of a company; there is no company {company_id}")
    after, steps = (
        await _completed(work, revised, sharing, values),
        photo_files.put(photo, now=work.now),
    )
    await repository.save(work, before, after, "updated", steps=steps)


async def update_company(
    work: Work, company_id: int, inputs: CompanyInput, *, sharing: Sharing, values: Values
) -> None:
    """Replaces what the route has parameters for. Raises NotFound, Forbidden, Stale, Invalid,
    Conflict."""
    loaded = await repository.load_to_edit(work, company_id, parameter="companyid", is_company=True)
    rules.require_company(inputs)
    revised = rules.revise_company(loaded.before, inputs)
    after = await _completed(work, revised, sharing, values)
    await repository.save(work, loaded.before, after, "updated")


async def set_status(work: Work, contact_id: int, status_id: int) -> None:
    """Sets the contact status; 0 clears it. Raises NotFound, also for an unknown status."""
    before = (await repository.load_to_edit(work, contact_id)).before
    await demand_status(work, status_id)
    await warm(work, before, status_id)


async def share(
    work: Work, contact_id: int, *, is_shared: bool | None, managers: Sequence[str]
) -> None:
    """Sets who sees a contact. Raises NotFound, Forbidden, Stale, Invalid."""
    before = (await repository.load_to_edit(work, contact_id)).before
    await demand_workers(work, "managerList", managers, known=before.managers)
    await reshare(work, before, is_shared=is_shared, managers=managers)


async def delete(work: Work, contact_id: int) -> None:
    """Moves a contact to the trash. Raises NotFound, Stale, and Forbidden, also for a contact that
    invoices name."""
    before = (await repository.load_to_edit(work, contact_id)).before
    statement = queries.invoices_of(work.actor.is_admin)
    named = await work.fetch(statement, actor=work.actor.id, id=contact_id)
    if named:
        numbers = ", ".join(number if is_seen else "a hidden one" for number, is_seen in named)
        raise Forbidden(
            f"Access Denied: the contact has invoices ({numbers}). Delete them or name another"
            " contact in them first"
        )
    await repository.remove(work, before)


async def set_timestamp(work: Work, contact_id: int, column: str, moment: int | None) -> None:
    """Sets the time of creation or of the last change (microseconds in UTC), for imports. Raises
    NotFound, Forbidden."""
    before = (await repository.load_to_edit(work, contact_id)).before
    if moment is None:
        raise Invalid(DATES[column], "must be a date")
    changes = [(column, None, moment)]
    await repository.touch(work, before, "redated", columns={column: moment}, changes=changes)


# ------------------------------------------------------------- of one contact that may be changed


async def join(work: Work, before: Contact, company_id: int | None) -> None:
    """Adds a person to a company, or removes it from its company."""
    if before.company_id != company_id:
        after = rules.next_version(replace(before, company_id=company_id), before)
        await repository.save(work, before, after, "joined" if company_id else "left")


async def warm(work: Work, before: Contact, status_id: int) -> None:
    if (before.status_id or 0) != status_id:
        after = rules.next_version(replace(before, status_id=status_id or None), before)
        await repository.save(work, before, after, "warmed")


async def reshare(
    work: Work, before: Contact, *, is_shared: bool | None, managers: Sequence[str]
) -> None:
    shared = ShareType.READ_WRITE if is_shared else ShareType.NONE
    after = rules.share(
        before,
        share_type=None if is_shared is None else shared,
        managers=managers,
        actor=work.actor.id,
        is_admin=work.actor.is_admin,
    )
    if after != before:
        await repository.save(work, before, rules.next_version(after, before), "shared")


# ------------------------------------------------------------- what a change needs


async def demand_status(work: Work, status_id: int) -> None:
    """Raises Invalid for a negative id and NotFound for an id that is not a contact status."""
    # differs: the reference accepts an item of any category list as a status.
    if status_id < 0:
        raise Invalid("contactStatusid", "must be the id of a contact status, or 0 for none")
    item = (await work.cached(items)).get(status_id)
    if status_id and (item is None or item.kind != CategoryKind.CONTACT_STATUS):
        raise NotFound


async def _completed(work: Work, draft: Contact, sharing: Sharing, values: Values) -> Contact:
    """The contact with its sharing and custom values."""
    await demand_workers(work, "managerList", sharing.manager_list, known=draft.managers)
    shared = rules.share(
        draft,
        share_type=sharing.share_type,
        managers=sharing.manager_list,
        actor=work.actor.id,
        is_admin=work.actor.is_admin,
    )
    known = await fillable(work, FieldOwner.COMPANY if draft.is_company else FieldOwner.PERSON)
    return replace(shared, values=merged(draft.values, values, fields=known))


async def _is_company(work: Work, contact_id: int | None) -> bool:
    """Whether the contact is a company that the actor sees."""
    statement = queries.visible(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=[contact_id])
    return bool(rows) and bool(rows[0][1])

"""Creates, deletes and shares many contacts in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import msgspec

from dealwright.crm.batches import batches
from dealwright.crm.contacts import repository, rules
from dealwright.crm.contacts.actions import reshare
from dealwright.crm.contacts.reads import show_briefly
from dealwright.crm.contacts.rules import Contact
from dealwright.crm.contacts.shapes import Contact as Shown
from dealwright.crm.contacts.shapes import ContactBase, DeletedContact
from dealwright.crm.trash import reads as trash
from dealwright.people.actions import demand_workers
from dealwright.work import Work

Shows = Callable[[Work, Sequence[int]], Awaitable[list[Shown]]]


async def create_persons(work: Work, names: Sequence[tuple[str, str]]) -> list[ContactBase]:
    """Creates private persons from (first name, last name). Skips those that lack either."""
    blank = Contact(is_company=False, created_by=work.actor.id, created_on=work.now)
    drafts = [
        replace(blank, first_name=first, last_name=last)
        for first, last in names
        if first.strip() and last.strip()
    ]
    return await _create(work, drafts)


async def create_companies(work: Work, names: Sequence[str]) -> list[ContactBase]:
    """Creates private companies. Skips empty names."""
    blank = Contact(is_company=True, created_by=work.actor.id, created_on=work.now)
    return await _create(
        work, [replace(blank, company_name=name) for name in names if name.strip()]
    )


async def _create(work: Work, drafts: Sequence[Contact]) -> list[ContactBase]:
    created = []
    for draft in drafts:
        private = rules.share(
            draft, share_type=None, managers=(), actor=work.actor.id, is_admin=work.actor.is_admin
        )
        created.append(await repository.add(work, private))
    return [each for some in batches(created) for each in await show_briefly(work, some)]


async def delete(work: Work, contact_ids: Sequence[int]) -> list[DeletedContact]:
    """Moves the contacts that the actor may delete to the trash and returns them as they were.
    Skips the other ids."""
    deleted_contacts: list[DeletedContact] = []
    for some in batches(contact_ids):
        deletable = [each for each in await show_briefly(work, some) if each.can_delete]
        await repository.remove_many(work, [each.id for each in deletable])
        deleted = [DeletedContact(**msgspec.structs.asdict(each)) for each in deletable]
        deleted_contacts += await trash.with_dependents(work, "contact", deleted)
    return deleted_contacts


async def share(
    work: Work,
    contact_ids: Sequence[int],
    *,
    is_shared: bool | None,
    managers: Sequence[str],
    shows: Shows,
) -> list[Shown]:
    """Sets who sees the contacts that the actor may edit and returns them as they are afterwards,
    in the form that `shows` gives. Skips the other ids. Raises Invalid."""
    changed: list[int] = []
    for some in batches(contact_ids):
        for loaded in await repository.load_many(work, some):
            if loaded.can_edit:
                await demand_workers(work, "managerList", managers, known=loaded.before.managers)
                await reshare(work, loaded.before, is_shared=is_shared, managers=managers)
                changed.append(loaded.before.id)
    return [each for some in batches(changed) for each in await shows(work, some)]

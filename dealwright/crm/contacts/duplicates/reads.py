"""Reads contacts that may be duplicates, among those that the actor sees."""

from collections.abc import Sequence

from dealwright.crm.contacts.duplicates import queries
from dealwright.crm.contacts.duplicates.rules import ALL, By
from dealwright.crm.contacts.duplicates.shapes import Duplicates
from dealwright.crm.contacts.queries import visible
from dealwright.crm.contacts.reads import show_briefly
from dealwright.errors import Invalid, NotFound
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work

Key = tuple[int, str]


async def page(work: Work, by: Sequence[By], paging: Paging) -> Listing[Duplicates]:
    """One page of groups: by email, then by phone, then by name. Raises Invalid for any sort."""
    if paging.sort_by:
        raise Invalid("sortBy", "is not accepted here: groups are sorted by email, phone and name")
    kinds = tuple(sorted(set(by))) or ALL
    params = {"actor": work.actor.id, "limit": paging.count, "offset": paging.start_index}
    rows = await work.fetch_with(queries.groups(work.actor.is_admin, kinds), params)
    if rows:
        total = rows[0][3]
    elif paging.start_index or not paging.count:
        counted = queries.count(work.actor.is_admin, kinds)
        total = (await work.row(counted, actor=work.actor.id))[0]
    else:
        total = 0
    keys = [(row[0], row[1]) for row in rows]
    return Listing(await _groups(work, keys), total)


async def of_contact(work: Work, contact_id: int) -> list[Duplicates]:
    """What a contact shares with others that the actor sees. Raises NotFound."""
    if contact_id <= 0:
        raise Invalid("contactid", "must be the id of a contact")
    seen = visible(work.actor.is_admin)
    if not await work.fetch(seen, actor=work.actor.id, ids=[contact_id]):
        raise NotFound
    rows = await work.fetch(queries.KEYS, id=contact_id)
    groups = await _groups(work, sorted({(row[0], row[1]) for row in rows}))
    return [group for group in groups if group.contacts_count > 1]


async def _groups(work: Work, keys: Sequence[Key]) -> list[Duplicates]:
    """The groups with their contacts, in the given order."""
    if not keys:
        return []
    kinds = tuple(sorted({By(by) for by, _ in keys}))
    statement = queries.members(work.actor.is_admin, kinds)
    rows = await work.fetch(statement, actor=work.actor.id, wanted=list(keys))
    members: dict[Key, list[int]] = {}
    counts: dict[Key, int] = {}
    for by, key, contact_id, contacts in rows:
        members.setdefault((by, key), []).append(contact_id)
        counts[by, key] = contacts
    ids = list(dict.fromkeys(id for group in members.values() for id in group))
    contacts = {each.id: each for each in await show_briefly(work, ids)}
    return [
        Duplicates(
            by=By(key[0]).name.lower(),
            value=key[1],
            contacts_count=counts[key],
            contacts=[contacts[id] for id in members[key] if id in contacts],
        )
        for key in keys
        if key in members
    ]

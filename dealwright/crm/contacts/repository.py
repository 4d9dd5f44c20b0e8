"""Loads a contact to change it and stores what differs: the only code that writes its tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import queries
from dealwright.crm.contacts.infos import Info, Infos
from dealwright.crm.contacts.reach import infos_of
from dealwright.crm.contacts.rules import Contact
from dealwright.errors import ConcurrentUpdate, Forbidden, Invalid, NotFound
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables, counted
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.names import name_key
from dealwright.storage.statements.change import HEAD, Insert, PutMany, Remove, Step, Update
from dealwright.storage.text import Folded, sort_key
from dealwright.work import Work

KIND = RecordTables(
    "contact", "contact_id", schema.contact, schema.contact_text, schema.contact_value
)


class Loaded(NamedTuple):
    """The start of a change: the stored contact, whether the actor may change it, and whether its
    company is hidden from them."""

    before: Contact
    can_edit: bool
    company_is_hidden: bool


async def load_to_edit(
    work: Work, contact_id: int, *, parameter: str = "contactid", is_company: bool | None = None
) -> Loaded:
    """Loads a contact to change it; `is_company` demands one kind.

    Raises NotFound, Forbidden for a contact that the actor may only read, and Stale when If-Match
    names another version.
    """
    loaded = await load(work, contact_id, parameter=parameter, is_company=is_company)
    if not loaded.can_edit:
        raise Forbidden
    work.demand_version(contact_id, loaded.before.version)
    return loaded


async def load(
    work: Work, contact_id: int, *, parameter: str = "contactid", is_company: bool | None = None
) -> Loaded:
    """Loads a contact that the actor sees. Raises NotFound."""
    if contact_id <= 0:
        raise Invalid(parameter, "must be the id of a contact")
    loaded = await load_many(work, [contact_id])
    if not loaded or is_company not in (None, loaded[0].before.is_company):
        raise NotFound
    return loaded[0]


async def load_many(
    work: Work, contact_ids: Sequence[int], *, is_trusted: bool = False
) -> list[Loaded]:
    """Loads the contacts that the actor sees, ordered by id; with `is_trusted` hidden ones too, for
    changes that the actor does not ask for."""
    statement = queries.load(work.actor.is_admin or is_trusted)
    rows = await work.fetch(statement, actor=work.actor.id, ids=contact_ids)
    return [_loaded(row) for row in rows]


_people = msgspec.json.Decoder(list[tuple[str]])
_values = msgspec.json.Decoder(list[tuple[int, str]])


def _loaded(row: Sequence[Any]) -> Loaded:
    (*scalars, can_edit, company_is_seen, managers, values, infos) = row
    columns: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    columns["is_company"] = bool(columns["is_company"])
    before = Contact(
        **columns,
        managers=tuple(person for (person,) in _people.decode(managers)),
        values=tuple(sorted(_values.decode(values))),
        infos=infos_of(infos),
    )
    is_hidden = before.company_id is not None and not company_is_seen
    return Loaded(before, bool(can_edit), is_hidden)


async def save(
    work: Work, before: Contact, after: Contact, action: str, *, steps: Sequence[Step] = ()
) -> None:
    """Stores what differs. Raises Conflict for an externalId that is in use, and ConcurrentUpdate
    when the row is no longer the one that the decision was based on; the action then runs again."""
    words, now = refolded(_searched(before), _searched(after))
    head = KIND.change(_row(work, before, words), _row(work, after, now), before)
    await _save(work, head, before, after, action, (*KIND.words(words, now), *steps))


async def add(work: Work, contact: Contact, *, steps: Sequence[Step] = ()) -> int:
    """Stores a new contact and returns its id. Raises Conflict for an externalId that is in use."""
    words = words_of(*_searched(contact))
    head = Insert(schema.contact, _row(work, contact, words))
    return await _save(work, head, None, contact, "created", (*KIND.words(None, words), *steps))


async def touch(
    work: Work,
    before: Contact,
    action: str,
    *,
    columns: Mapping[str, Any] | None = None,
    changes: Collection[tuple[str, Any, Any]] = (),
    steps: Sequence[Step] = (),
) -> None:
    """Stores something outside of `rules.Contact`, with the same version check as `save`."""
    touched = {
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": before.version + 1,
        **(columns or {}),
    }
    head = Update(schema.contact, before.id, touched, {"version": before.version})
    await KIND.save(work, head, steps, action=action, changes=changes)


async def save_after_merge(
    work: Work,
    before: Contact,
    after: Contact,
    action: str,
    *,
    modified: tuple[str, int] | None = None,
    is_audited: bool = True,
) -> None:
    """Stores the own row and the search words of a contact whose related rows a merge has moved
    already. `modified`: who changed it and when, if not this change; `is_audited`: whether the
    audit trail records the differences."""
    words, now = refolded(_searched(before), _searched(after))
    new = _row(work, after, now)
    if modified is not None:
        new |= {"modified_by": modified[0], "modified_on": modified[1]}
    head = KIND.change(_row(work, before, words), new, before)
    changes = difference(before, after, without=_NOT_AUDITED) if is_audited else []
    await KIND.save(work, head, [*KIND.words(words, now)], action=action, changes=changes)


async def remove(work: Work, before: Contact) -> None:
    """Moves a contact to the trash. Records that refer to it keep their reference, so that it can
    be restored."""
    await KIND.move_to_trash(work, before, counter=_counter(before))


async def remove_many(work: Work, contact_ids: Sequence[int]) -> None:
    """Moves the contacts that the actor may delete to the trash, in a transaction. Uses the same
    number of statements for many as for one."""
    rows = await work.fetch(
        queries.remove(work.actor.is_admin), actor=work.actor.id, ids=contact_ids, now=work.now
    )
    private = sum(row[1] == 0 for row in rows)
    counts = {queries.COUNT_PRIVATE: private, queries.COUNT_PUBLIC: len(rows) - private}
    await KIND.trash_dependents_of_many(work, [row[0] for row in rows], counts)


async def _save(
    work: Work,
    head: Insert | Update,
    before: Contact | None,
    after: Contact,
    action: str,
    more: Sequence[Step],
) -> int:
    managers, values, infos = (before.managers, before.values, before.infos) if before else _NEW
    steps = [
        *KIND.links(schema.contact_access, "person_id", managers, after.managers),
        *KIND.custom_values(values, after.values),
        *_reached(infos, after.infos),
        *counted(_counter(before) if before else None, _counter(after)),
        *more,
    ]
    changes = difference(before, after, without=_NOT_AUDITED)
    try:
        return await KIND.save(work, head, steps, action=action, changes=changes)
    except (
        ForeignKeyViolation
    ) as violation:  # a company, status or field was deleted at this very moment
        raise ConcurrentUpdate from violation


def _reached(old: Infos, new: Infos) -> Iterator[Step]:
    """The rows of contact data to remove, add and change. An item with an id that was not among the
    old ones is taken over from another contact."""
    before = {info.id: info for info in old}
    remaining = [info for info in new if info.id]
    if removed := sorted(before.keys() - {info.id for info in remaining}):
        yield Remove(schema.contact_info, {"contact_id": HEAD, "id": removed})
    if changed := [
        _columns(info) | {"id": info.id} for info in remaining if before.get(info.id) != info
    ]:
        yield PutMany(schema.contact_info, {"contact_id": HEAD}, changed, "update")
    if added := [_columns(info) for info in new if not info.id]:
        yield PutMany(schema.contact_info, {"contact_id": HEAD}, added)


def _columns(info: Info) -> dict[str, Any]:
    return {
        "info_type": int(info.info_type),
        "category": info.category,
        "data": info.data,
        "data_key": info.key,
        "is_primary": info.is_primary,
    }


_NEW: tuple[tuple[str, ...], tuple[tuple[int, str], ...], Infos] = ((), (), ())
_NOT_AUDITED = ("id", "version", "created_by", "created_on")


def _row(work: Work, contact: Contact, words: Folded) -> dict[str, Any]:
    """The columns of the contact's own table."""
    return {
        "external_id": contact.external_id,
        "is_company": contact.is_company,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "company_name": contact.company_name,
        "display_name": contact.display_name,
        "display_key": sort_key(contact.display_name),
        "name_key": name_key(contact.display_name),
        "job_title": contact.job_title,
        "about": contact.about,
        "industry": contact.industry,
        "company_id": contact.company_id,
        "status_id": contact.status_id,
        "type_id": contact.type_id,
        "share_type": int(contact.share_type),
        "currency": contact.currency,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": contact.created_by,
        "created_on": contact.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": contact.version,
    }


def _searched(contact: Contact) -> Searched:
    texts = (getattr(contact, name) for name in schema.contact_text.info["searched"])
    reached = ((int(info.info_type), info.data, info.key) for info in contact.infos)
    return tuple(texts), contact.values, tuple(reached)


def _counter(contact: Contact) -> str:
    return queries.COUNT_PRIVATE if contact.is_private else queries.COUNT_PUBLIC

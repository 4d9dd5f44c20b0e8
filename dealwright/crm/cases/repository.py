"""Loads a case to change it and stores what differs: the only code that writes its tables."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.cases import queries
from dealwright.crm.cases.rules import Case
from dealwright.errors import ConcurrentUpdate, Invalid, NotFound
from dealwright.portal.custom_fields.queries import definitions
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Insert, Step, Update
from dealwright.storage.text import Folded, sort_key
from dealwright.work import Work

KIND = RecordTables("case", "case_id", schema.crm_case, schema.crm_case_text, schema.case_value)


class Loaded(NamedTuple):
    """The start of a change: the stored case, and what of it the actor may not see."""

    before: Case
    hidden_members: frozenset[int]


async def load(work: Work, case_id: int) -> Loaded:
    """Loads a case to change it: every user who sees a case may change it. Raises Invalid,
    NotFound, and Stale when If-Match names another version."""
    if case_id <= 0:
        raise Invalid("caseid", "must be the id of a case")
    loaded = await load_many(work, [case_id])
    if not loaded:
        raise NotFound
    work.demand_version(case_id, loaded[0].before.version)
    return loaded[0]


async def load_many(work: Work, case_ids: Sequence[int]) -> list[Loaded]:
    """Loads the cases that the actor sees, ordered by id."""
    statement = queries.load(work.actor.is_admin)
    return [_loaded(row) for row in await work.fetch(statement, actor=work.actor.id, ids=case_ids)]


_members = msgspec.json.Decoder(list[tuple[int, int]])
_people = msgspec.json.Decoder(list[tuple[str]])
_values = msgspec.json.Decoder(list[tuple[int, str]])


def _loaded(row: Sequence[Any]) -> Loaded:
    (*scalars, members, people, values) = row
    columns: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    columns |= {name: bool(columns[name]) for name in ("is_closed", "is_private")}
    seen = _members.decode(members)
    before = Case(
        **columns,
        members=frozenset(contact for contact, _ in seen),
        access=tuple(person for (person,) in _people.decode(people)),
        values=tuple(sorted(_values.decode(values))),
    )
    return Loaded(before, frozenset(contact for contact, is_seen in seen if not is_seen))


async def save(
    work: Work, before: Case, after: Case, action: str, *, notices: Sequence[Step] = ()
) -> None:
    """Stores what differs. Raises Conflict for an externalId that is in use, and ConcurrentUpdate
    when the row is no longer the one that the decision was based on; the action then runs again."""
    words, now = refolded(_searched(before), _searched(after))
    head = KIND.change(_row(work, before, words), _row(work, after, now), before)
    await _save(work, head, before, after, action, (*KIND.words(words, now), *notices))


async def add(work: Work, case: Case, *, notices: Sequence[Step] = ()) -> int:
    """Stores a new case and returns its id. Raises Conflict for an externalId that is in use."""
    words = words_of(*_searched(case))
    head = Insert(schema.crm_case, _row(work, case, words))
    return await _save(work, head, None, case, "created", (*KIND.words(None, words), *notices))


async def remove(work: Work, before: Case) -> None:
    """Moves a case to the trash."""
    await KIND.move_to_trash(work, before)


async def _save(
    work: Work,
    head: Insert | Update,
    before: Case | None,
    after: Case,
    action: str,
    notices: Sequence[Step],
) -> int:
    members, access, values = (before.members, before.access, before.values) if before else _NONE
    steps = [
        *KIND.links(schema.case_member, "contact_id", members, after.members),
        *KIND.links(schema.case_access, "person_id", access, after.access),
        *KIND.custom_values(values, after.values),
        *notices,
    ]
    changes = changes_of(before, after)
    try:
        return await KIND.save(work, head, steps, action=action, changes=changes)
    except ForeignKeyViolation as violation:
        # A field was deleted since this process read it: read it again.
        work.invalidate(definitions)
        raise ConcurrentUpdate from violation


def changes_of(before: Case | None, after: Case) -> list[tuple[str, Any, Any]]:
    """The differences that the audit trail records."""
    return difference(before, after, without=_NOT_AUDITED)


_NONE: tuple[tuple[()], tuple[()], tuple[()]] = ((), (), ())
_NOT_AUDITED = ("id", "version", "created_by", "created_on")


def _row(work: Work, case: Case, words: Folded) -> dict[str, Any]:
    """The columns of the case's own table."""
    return {
        "external_id": case.external_id,
        "title": case.title,
        "title_key": sort_key(case.title),
        "is_closed": case.is_closed,
        "is_private": case.is_private,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": case.created_by,
        "created_on": case.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": case.version,
    }


def _searched(case: Case) -> Searched:
    return (case.title,), case.values, ()

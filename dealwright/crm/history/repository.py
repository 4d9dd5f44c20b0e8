"""Loads an event to change it and stores a new one: the only code that writes its tables."""

from collections.abc import Mapping
from typing import Any

import msgspec

from dealwright.crm.history import queries
from dealwright.crm.history.rules import Event
from dealwright.crm.touches import touched
from dealwright.errors import ConcurrentUpdate, Forbidden, Invalid, NotFound
from dealwright.portal.categories.queries import items
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Insert, Step
from dealwright.storage.text import Folded, fold
from dealwright.work import Work

KIND = RecordTables("event", "event_id", schema.history_event, schema.history_event_text)

_files = msgspec.json.Decoder(list[tuple[int]])


async def load(work: Work, event_id: int) -> Event:
    """Loads an event to change it. Raises NotFound, Forbidden for an event that the actor may only
    read, and Stale when If-Match names another version."""
    if event_id <= 0:
        raise Invalid("id", "must be the id of an event")
    row = await work.row(queries.load(work.actor.is_admin), actor=work.actor.id, id=event_id)
    if row is None:
        raise NotFound
    *scalars, can_edit, files = row
    if not can_edit:
        raise Forbidden
    columns: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    before = Event(**columns, files=tuple(sorted(id for (id,) in _files.decode(files))))
    work.demand_version(event_id, before.version)
    return before


async def add(work: Work, event: Event, *, notices: tuple[Step, ...] = ()) -> int:
    """Stores a new event and returns its id."""
    words = fold([event.content])
    head = Insert(schema.history_event, _row(work, event, words))
    steps = [
        *KIND.words(None, words),
        *KIND.links(schema.event_file, "file_id", (), event.files),
        *touched(work, event.opportunity_id),
        *notices,
    ]
    changes = difference(None, event, without=("id", "version", "created_by"))
    try:
        return await KIND.save(work, head, steps, action="created", changes=changes)
    except ForeignKeyViolation as violation:
        # Its category or its record was deleted since this process read it: read it again.
        work.invalidate(items)
        raise ConcurrentUpdate from violation


async def remove(work: Work, before: Event) -> None:
    """Moves an event to the trash, with its files."""
    await KIND.move_to_trash(work, before)


def _row(work: Work, event: Event, words: Folded) -> Mapping[str, Any]:
    """The columns of the event's own table."""
    return {
        "contact_id": event.contact_id,
        "opportunity_id": event.opportunity_id,
        "case_id": event.case_id,
        "category_id": event.category_id,
        "system_category": event.system_category,
        "content": event.content,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": event.created_by,
        "created_on": event.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": event.version,
    }

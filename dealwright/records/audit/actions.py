"""Writes the audit trail: a row in the same change that it describes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dealwright.access import SYSTEM
from dealwright.storage import schema
from dealwright.storage.statements.change import HEAD, Put, PutMany
from dealwright.work import Work


def entry(
    work: Work,
    entity_type: str,
    action: str,
    changes: Iterable[tuple[str, Any, Any]],
    *,
    entity_id: object = HEAD,
) -> Put:
    """A step for `Change.then`. `entity_id` defaults to the row that the change's head touches."""
    return Put(
        schema.audit,
        {
            "entity_type": entity_type,
            "entity_id": entity_id,
            "action": action,
            "person_id": author(work),
            "on": work.now,
            "changes": msgspec.json.encode(list(changes)).decode(),
        },
    )


def entries(
    work: Work,
    entity_type: str,
    action: str,
    entity_ids: Sequence[int],
    *,
    changes: Iterable[tuple[str, Any, Any]] = (),
) -> PutMany:
    """The same entry for many records at once."""
    same = {
        "entity_type": entity_type,
        "action": action,
        "person_id": author(work),
        "on": work.now,
        "changes": msgspec.json.encode(list(changes)).decode(),
    }
    return PutMany(schema.audit, same, [{"entity_id": each} for each in entity_ids])


def differing(
    work: Work,
    entity_type: str,
    action: str,
    changes: Mapping[int, Iterable[tuple[str, Any, Any]]],
) -> PutMany:
    """The same action on many records, with the changes of each by id."""
    same = {
        "entity_type": entity_type,
        "action": action,
        "person_id": author(work),
        "on": work.now,
    }
    rows = [
        {"entity_id": each, "changes": msgspec.json.encode(list(changed)).decode()}
        for each, changed in changes.items()
    ]
    return PutMany(schema.audit, same, rows)


def author(work: Work) -> str | None:
    """The user in the audit trail; none for the command line."""
    return None if work.actor is SYSTEM else work.actor.id

"""What a change writes into the audit trail, for those who are told of it after the commit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dealwright.storage import schema
from dealwright.storage.statements.change import HEAD, Change, Put, PutMany


class Entry(NamedTuple):
    """One row of the audit trail. `person_id`: None for the portal itself; `changes`: JSON of
    [field, old, new]."""

    entity: str
    id: int
    action: str
    person_id: str | None
    changes: str


def entries_of(change: Change, saved: Sequence[Any]) -> Iterator[Entry]:
    """The entries that a change has written. `saved`: what its head returned, the id first."""
    for step in change.then:
        if isinstance(step, Put) and step.table is schema.audit:
            yield _entry(step.values, saved)
        elif isinstance(step, PutMany) and step.table is schema.audit:
            for row in step.rows:
                yield _entry({**step.same, **row}, saved)


def _entry(row: Mapping[str, Any], saved: Sequence[Any]) -> Entry:
    found = row["entity_id"]
    entity_id = int(saved[0] if found is HEAD else found)
    return Entry(row["entity_type"], entity_id, row["action"], row["person_id"], row["changes"])

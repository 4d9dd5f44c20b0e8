"""Jobs, written in the same transaction as the change that causes them and run after it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dealwright.storage import schema
from dealwright.storage.statements.change import HEAD, Change, Put, PutMany


def job(
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: int,
    entity_id: object = HEAD,
    due_on: int | None = None,
) -> Put:
    """A step for `Change.then`: a job to run after the commit, by default about the row of the
    change's head, and at once unless `due_on` (microseconds since 1970) is later."""
    row = _columns(kind, now, due_on) | {"entity_id": entity_id, "payload": _text(payload)}
    return Put(schema.outbox, row)


def jobs(kind: str, entity_ids: Sequence[int], *, now: int) -> PutMany:
    """The same job for many records."""
    return PutMany(
        schema.outbox,
        _columns(kind, now) | {"payload": "{}"},
        [{"entity_id": each} for each in entity_ids],
    )


def jobs_at(kind: str, due_on: Mapping[int, int], *, now: int) -> PutMany:
    """The same job for many records, by their ids, each at its own moment, which the payload
    repeats as `on`."""
    rows = [
        {"entity_id": each, "due_on": moment, "payload": _text({"on": moment})}
        for each, moment in due_on.items()
    ]
    return PutMany(schema.outbox, {"kind": kind, "created_on": now}, rows)


def jobs_about(
    kind: str, payloads: Sequence[Mapping[str, Any]], *, now: int, entity_id: object = HEAD
) -> PutMany:
    """Many jobs about one record, each with its own payload."""
    return PutMany(
        schema.outbox,
        _columns(kind, now) | {"entity_id": entity_id},
        [{"payload": _text(each)} for each in payloads],
    )


def jobs_about_many(
    kind: str, payloads: Sequence[tuple[int, Mapping[str, Any]]], *, now: int
) -> PutMany:
    """Many jobs, each about the record with an id and with its own payload."""
    rows = [{"entity_id": record_id, "payload": _text(each)} for record_id, each in payloads]
    return PutMany(schema.outbox, _columns(kind, now), rows)


def kinds_of(change: Change) -> set[str]:
    """The kinds of the jobs that a change writes."""
    written = (step for step in change.then if isinstance(step, Put | PutMany))
    return {
        (step.values if isinstance(step, Put) else step.same)["kind"]
        for step in written
        if step.table is schema.outbox
    }


def _columns(kind: str, now: int, due_on: int | None = None) -> dict[str, Any]:
    return {"kind": kind, "created_on": now, "due_on": now if due_on is None else due_on}


def _text(payload: Mapping[str, Any]) -> str:
    return msgspec.json.encode(payload).decode()

"""Jobs written in the same transaction as the change that causes them, and done after it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dealwright.storage import schema
from dealwright.storage.change import HEAD, Put, PutMany


def job(kind: str, payload: Mapping[str, Any], *, now: int, entity_id: object = HEAD) -> Put:
    """A step for `Change.then`: work to be done once the change holds, by default about the row of
    its head."""
    return Put(
        schema.outbox, _columns(kind, now) | {"entity_id": entity_id, "payload": _text(payload)}
    )


def jobs(kind: str, entity_ids: Sequence[int], *, now: int) -> PutMany:
    """The same work for many records."""
    return PutMany(
        schema.outbox,
        _columns(kind, now) | {"payload": "{}"},
        [{"entity_id": each} for each in entity_ids],
    )


def _columns(kind: str, now: int) -> dict[str, Any]:
    return {"kind": kind, "created_on": now, "due_on": now}


def _text(payload: Mapping[str, Any]) -> str:
    return msgspec.json.encode(payload).decode()

"""Answers stored by the caller's Idempotency-Key, so that a repeated request gets the first answer
again."""

from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import BigInteger, String, bindparam, delete, select

from dealwright.errors import Conflict, KeyReused
from dealwright.storage import schema
from dealwright.storage.engines.engine import Locked, Session
from dealwright.storage.statements.change import Change, Insert, Put
from dealwright.storage.statements.dialect import wait_at_most
from dealwright.storage.statements.statement import Statement

KEPT = 24 * 3600 * 1_000_000
LONGEST_WAIT = 10
STILL_RUNNING = "A request with this Idempotency-Key is still running; try again"
LONGEST = 255  # characters of a route or a key: longer ones do not fit an index of PostgreSQL

kept = schema.idempotency
_here = (
    kept.c.person_id == bindparam("person_id", type_=String()),
    kept.c.route == bindparam("route", type_=String()),
    kept.c.key == bindparam("key", type_=String()),
)
_EXPIRED = Statement(
    delete(kept).where(*_here, kept.c.created_on < bindparam("oldest", type_=BigInteger()))
)
_FOUND = Statement(
    select(kept.c.input_hash, kept.c.status, kept.c.answer, kept.c.content_type, kept.c.etag).where(
        *_here
    )
)


class Kept(NamedTuple):
    """An answer as it was given the first time."""

    status: int
    answer: str
    content_type: str
    etag: str | None


class Place(NamedTuple):
    """The place of an answer: one user's key on one method and path."""

    person_id: str
    route: str
    key: str


def place(person_id: str, route: str, key: str) -> Place:
    """A route or key that is too long is stored as its hash."""
    return Place(person_id, _short(route), _short(key))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else sha256(text.encode()).hexdigest()


async def claim(
    session: Session, place: Place, input_hash: str, *, now: int, kept_for: int = KEPT
) -> Kept | None:
    """The answer that this key got before, or None: then it is ours, and `keep` must follow in this
    transaction. `kept_for`: microseconds after which the key is free again.

    A request with the same key that is still running is waited for. Raises KeyReused when the input
    differs."""
    await wait_at_most(session, LONGEST_WAIT)
    values = place._asdict()
    await session.execute(_EXPIRED, {**values, "oldest": now - kept_for})
    row = {**values, "input_hash": input_hash, "created_on": now}
    mine = Insert(kept, row, on_conflict="nothing", returning=("key",))
    try:
        if await session.save(Change(mine)) is not None:
            return None
    except Locked as locked:
        raise Conflict(STILL_RUNNING) from locked
    found = await session.row(_FOUND, values)
    if found is None:
        raise Conflict(STILL_RUNNING)
    if found[0] != input_hash:
        raise KeyReused
    return Kept(*found[1:])


async def keep(session: Session, place: Place, input_hash: str, answer: Kept, *, now: int) -> None:
    row = {**place._asdict(), **answer._asdict(), "input_hash": input_hash, "created_on": now}
    await session.save(Change(None, (Put(kept, row, "update"),)))

"""Deletes expired rows, a few at a time, so that others do not wait long.

Knows tables and moments; the caller decides which rows expire, and when.
"""

from functools import lru_cache

from sqlalchemy import BigInteger, Integer, Table, bindparam, delete, func, select, tuple_

from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement


async def prune(
    session: Session,
    table: Table,
    moment: str,
    *,
    before: int,
    limit: int,
    unless: str = "",
    now: int = 0,
) -> int:
    """Deletes at most `limit` rows whose `moment` is set and before `before`; returns how many.

    A row whose moment `unless` is after `now` stays.
    """
    values = {"before": before, "limit": limit, "now": now}
    return len(await session.fetch(_older(table, moment, unless), values))


async def prune_jobs(session: Session, *, handled: list[str], before: int, limit: int) -> int:
    """Deletes at most `limit` jobs that were due before `before`, of kinds without a handler."""
    values = {"handled": handled, "before": before, "limit": limit}
    return len(await session.fetch(_UNWANTED, values))


@lru_cache(maxsize=64)
def _older(table: Table, moment: str, unless: str) -> Statement:
    keys = [*table.primary_key.columns]
    old = select(*keys).where(table.c[moment] < bindparam("before", type_=BigInteger()))
    if unless:
        until = func.coalesce(table.c[unless], constant(0))
        old = old.where(until <= bindparam("now", type_=BigInteger()))
    # Locked rows are left for the next time; a plain subquery might run more than once, and then
    # take more than the limit.
    taken = old.limit(bindparam("limit", type_=Integer())).with_for_update(skip_locked=True).cte()
    gone = delete(table).where(tuple_(*keys).in_(select(*taken.c)))
    return Statement(gone.returning(table.c[moment]))


def _unwanted() -> Statement:
    jobs = schema.outbox
    taken = (
        select(jobs.c.id)
        .where(
            jobs.c.due_on < bindparam("before", type_=BigInteger()),
            ~AnyOf(jobs.c.kind, "handled"),
        )
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("taken")
    )
    return Statement(delete(jobs).where(jobs.c.id.in_(select(taken.c.id))).returning(jobs.c.id))


_UNWANTED = _unwanted()

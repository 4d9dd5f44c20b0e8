"""SQL about the jobs that wait."""

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, select

from dealwright.storage import schema
from dealwright.storage.queue.worker import NEVER
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

_job = schema.outbox
_is_dead = _job.c.due_on >= constant(NEVER)
_is_late = (_job.c.due_on <= bindparam("now", type_=BigInteger())) & ~_is_dead


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, constant(1)), else_=constant(0))), constant(0))


# How many jobs are due, how many were given up, and since when the oldest is due (microseconds in
# UTC, null: none).
JOBS = Statement(
    select(
        _count(_is_late), _count(_is_dead), func.min(case((_is_late, _job.c.due_on)))
    ).select_from(_job)
)

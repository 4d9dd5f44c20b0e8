"""SQL about the jobs of backups."""

from sqlalchemy import BigInteger, String, bindparam, func, select

from dealwright.storage import schema
from dealwright.storage.queue.worker import LEASE, NEVER
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

_job = schema.outbox
_kind = _job.c.kind == bindparam("kind", type_=String())
_soon = bindparam("now", type_=BigInteger()) + constant(LEASE)

# A job that is due, or taken by a process; one of tomorrow is not.
WAITING = Statement(select(_job.c.id).where(_kind, _job.c.due_on <= _soon).limit(constant(1)))
NEXT = Statement(select(func.min(_job.c.due_on)).where(_kind, _job.c.due_on < constant(NEVER)))

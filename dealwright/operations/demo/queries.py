"""SQL about whether a portal is empty, and about the traces of an invented past."""

from sqlalchemy import Integer, bindparam, delete, exists, func, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

_jobs = schema.outbox

# Whether there is a contact, an opportunity (in the trash or not), and how many people there are.
FOUND = Statement(
    select(
        exists(select(constant(1)).select_from(schema.contact)),
        exists(select(constant(1)).select_from(schema.opportunity)),
        select(func.count()).select_from(schema.person).scalar_subquery(),
    )
)
LAST_JOB = Statement(select(func.coalesce(func.max(_jobs.c.id), constant(0))))
DROP_JOBS = Statement(delete(_jobs).where(_jobs.c.id > bindparam("after", type_=Integer())))
DROP_NOTIFICATIONS = Statement(delete(schema.notification))

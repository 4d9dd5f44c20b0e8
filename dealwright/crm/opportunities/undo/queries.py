"""SQL about the entry of the audit trail that is taken back."""

from sqlalchemy import Integer, bindparam, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

audit = schema.audit

# The changes of the entry `entry`, as JSON, if it is one of the opportunity `id`.
ENTRY = Statement(
    select(audit.c.changes).where(
        audit.c.id == bindparam("entry", type_=Integer()),
        audit.c.entity_type == constant("opportunity"),
        audit.c.entity_id == bindparam("id", type_=Integer()),
    )
)

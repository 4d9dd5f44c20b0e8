"""SQL about the printed texts of an invoice and the file that they are printed into."""

from sqlalchemy import Integer, bindparam, case, select

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement, shape

i, file = schema.invoice, schema.file


@shape
def printed(is_admin: bool) -> Statement:
    """The invoice `id` that the actor sees, as `actions.Printed`. A file in the trash is none."""
    is_there = file.c.deleted_on.is_(constant(None))
    return Statement(
        select(
            i.c.id,
            i.c.number,
            i.c.language,
            i.c.template_type,
            i.c.document,
            i.c.version,
            i.c.contact_id,
            i.c.opportunity_id,
            case((is_there, i.c.file_id)),
        )
        .select_from(i.outerjoin(file, file.c.id == i.c.file_id))
        .where(
            i.c.id == bindparam("id", type_=Integer()),
            alive(i),
            access.invoice(i, is_admin=is_admin).see,
        )
    )

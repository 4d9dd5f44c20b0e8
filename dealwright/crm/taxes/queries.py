"""SQL about taxes."""

from sqlalchemy import Integer, bindparam, exists, or_, select

from dealwright.crm.taxes.rules import Tax
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape

t = schema.tax
COLUMNS = ("id", "name", "description", "rate", "created_by", "created_on", "version")
ALL = Statement(select(*(t.c[name] for name in COLUMNS)).order_by(t.c.name_key, t.c.id))


async def taxes(session: Session) -> Held[int, Tax]:
    """All taxes by id, in the order of their names. For `Work.cached`."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in await session.fetch(ALL)]
    return Held((row["id"], Tax(**row)) for row in rows)


@shape
def is_used() -> Statement:
    """Whether a product or the line of an invoice has the tax `id`."""
    tax_id = bindparam("id", type_=Integer())
    found = [
        exists(select(constant(1)).where(or_(row.c.tax1_id == tax_id, row.c.tax2_id == tax_id)))
        for row in (schema.product, schema.invoice_line)
    ]
    return Statement(select(or_(*found)))


@shape
def used() -> Statement:
    """The ids of all taxes that a product or the line of an invoice has."""
    columns = [
        row.c[name]
        for row in (schema.product, schema.invoice_line)
        for name in ("tax1_id", "tax2_id")
    ]
    among = [t.c.id.in_(select(column).where(column.is_not(constant(None)))) for column in columns]
    return Statement(select(t.c.id).where(or_(*among)))

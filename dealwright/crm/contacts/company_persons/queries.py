"""SQL about the persons of a company."""

from sqlalchemy import Integer, bindparam, select

from dealwright.crm.contacts.queries import c, seen
from dealwright.storage.statements.statement import Statement, shape


@shape
def persons_of(is_admin: bool) -> Statement:
    """The ids of the persons of the company `id` that the actor sees."""
    mine = c.c.company_id == bindparam("id", type_=Integer())
    return Statement(select(c.c.id).where(mine, seen(c, is_admin=is_admin)).order_by(c.c.id))

"""SQL that changes many opportunities at once."""

from sqlalchemy import BigInteger, Integer, String, bindparam, update

from dealwright.opportunities.queries import o, seen
from dealwright.storage.dialect import AnyOf, constant
from dealwright.storage.statement import Statement, shape


@shape
def remove(is_admin: bool) -> Statement:
    """Puts the opportunities `ids` that the actor sees into the trash; rows of (id, is private)."""
    return Statement(
        update(o)
        .where(AnyOf(o.c.id, "ids", Integer()), seen(is_admin=is_admin))
        .values(
            deleted_on=bindparam("now", type_=BigInteger()),
            deleted_by=bindparam("actor", type_=String()),
            version=o.c.version + constant(1),
        )
        .returning(o.c.id, o.c.is_private)
    )

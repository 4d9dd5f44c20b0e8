"""SQL that changes many opportunities at once."""

from sqlalchemy import BigInteger, Boolean, Integer, String, bindparam, update

from dealwright.opportunities.queries import o, seen
from dealwright.storage.dialect import AnyOf, constant, rows_of
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


_given = rows_of("given", id=Integer(), version=Integer(), is_private=Boolean())
# Makes those of `given` private or public that are still of their versions; their ids.
SHARE = Statement(
    update(o)
    .where(o.c.id == _given.c.id, o.c.version == _given.c.version)
    .values(
        is_private=_given.c.is_private,
        version=o.c.version + constant(1),
        modified_by=bindparam("actor", type_=String()),
        modified_on=bindparam("now", type_=BigInteger()),
    )
    .returning(o.c.id)
)

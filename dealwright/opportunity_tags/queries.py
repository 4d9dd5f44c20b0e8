"""SQL about opportunities as far as their tags need it."""

from sqlalchemy import Integer, select

from dealwright.opportunities.queries import o
from dealwright.opportunities.queries import seen as is_seen
from dealwright.storage.dialect import AnyOf
from dealwright.storage.statement import Statement, shape


@shape
def seen(is_admin: bool) -> Statement:
    """Which of the opportunities `ids` the actor sees: rows of (id, version)."""
    return Statement(
        select(o.c.id, o.c.version).where(
            AnyOf(o.c.id, "ids", Integer()), is_seen(is_admin=is_admin)
        )
    )

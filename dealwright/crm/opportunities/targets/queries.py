"""SQL about sales targets."""

from sqlalchemy import Integer, String, bindparam, or_, select

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape

t = schema.sales_target
MOST = 1000
_COLUMNS = (t.c.id, t.c.person_id, t.c.team_id, t.c.month, t.c.amount, t.c.currency)
_FIRST, _LAST = (bindparam(name, type_=Integer()) for name in ("first", "last"))


@shape
def visible(is_admin: bool, of_one: bool) -> Statement:
    """The targets of the months `first` to `last` that the actor sees, as `rules.SalesTarget`; with
    `of_one` those of the user `person` or of the group `team`."""
    found = select(*_COLUMNS).where(
        t.c.month >= _FIRST, t.c.month <= _LAST, access.sales_target(t, is_admin=is_admin).see
    )
    if of_one:
        person, team = (bindparam(name, type_=String()) for name in ("person", "team"))
        found = found.where(or_(t.c.person_id == person, t.c.team_id == team))
    return Statement(found.order_by(t.c.month, t.c.id).limit(constant(MOST)))

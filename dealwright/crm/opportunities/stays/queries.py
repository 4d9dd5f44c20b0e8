"""SQL about the stages on which an opportunity stood."""

from sqlalchemy import Integer, bindparam, func, select

from dealwright.crm.opportunities.queries import o, seen
from dealwright.storage import schema
from dealwright.storage.statements.record_statements import LIMIT, OFFSET
from dealwright.storage.statements.statement import Statement, shape

_stay = schema.stage_stay
_ID = bindparam("id", type_=Integer())


@shape
def number(is_admin: bool) -> Statement:
    """How often the opportunity `id` came to a stage, if the actor sees it."""
    counted = select(func.count()).where(_stay.c.opportunity_id == _ID).scalar_subquery()
    return Statement(select(counted).select_from(o).where(o.c.id == _ID, seen(is_admin=is_admin)))


# The stays of the opportunity `id` as `rules.Stay`, the newest first. The caller has found that the
# actor sees it.
PAGE = Statement(
    select(
        _stay.c.id,
        _stay.c.stage_id,
        _stay.c.stage_title,
        _stay.c.entered_on,
        _stay.c.left_on,
        _stay.c.entered_by,
    )
    .where(_stay.c.opportunity_id == _ID)
    .order_by(_stay.c.id.desc())
    .limit(LIMIT)
    .offset(OFFSET)
)

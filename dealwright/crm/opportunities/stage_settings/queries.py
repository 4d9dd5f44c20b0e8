"""SQL about the opportunities of the stages that administrators change."""

from sqlalchemy import BigInteger, Integer, bindparam, func, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant, rows_of
from dealwright.storage.statements.statement import Statement

o = schema.opportunity
_ALIVE = o.c.deleted_on.is_(constant(None))

# Binds: `id` of a stage, `most`. All opportunities: only administrators remove stages.
OPPORTUNITIES = Statement(
    select(o.c.id)
    .where(o.c.stage_id == bindparam("id", type_=Integer()), _ALIVE)
    .order_by(o.c.id)
    .limit(bindparam("most", type_=Integer()))
)

_limits = rows_of("limits", stage=Integer(), before=BigInteger())
# How many opportunities of each stage nobody touched since a moment: rows of (stage, how many).
UNTOUCHED = Statement(
    select(o.c.stage_id, func.count())
    .select_from(o.join(_limits, o.c.stage_id == _limits.c.stage))
    .where(o.c.touched_on < _limits.c.before, _ALIVE)
    .group_by(o.c.stage_id)
)

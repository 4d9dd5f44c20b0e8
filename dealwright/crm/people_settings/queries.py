"""SQL about how people use the portal, and about what they are responsible for."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, String, and_, bindparam, case, func, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

o, stage, task, token = schema.opportunity, schema.stage, schema.task, schema.token


class Use(NamedTuple):
    """`used_on`: when the user was last here, None for never."""

    sessions: int = 0
    tokens: int = 0
    used_on: int | None = None


_is_session = and_(
    token.c.kind == constant("session"),
    token.c.expires_on > bindparam("now", type_=BigInteger()),
)
_one, _none = constant(1), constant(0)
# Rows of (person, open sessions, API tokens, when last used).
USES = Statement(
    select(
        token.c.person_id,
        func.sum(case((_is_session, _one), else_=_none)),
        func.sum(case((token.c.kind == constant("api"), _one), else_=_none)),
        func.max(func.coalesce(token.c.used_on, token.c.created_on)),
    ).group_by(token.c.person_id)
)

_person = bindparam("person", type_=String())
_most = bindparam("most", type_=Integer())
# Binds: `person`, `most`. All of them: only administrators of the portal hand over.
OPPORTUNITIES = Statement(
    select(o.c.id)
    .select_from(o.join(stage, stage.c.id == o.c.stage_id))
    .where(o.c.responsible_id == _person, o.c.deleted_on.is_(constant(None)))
    .where(stage.c.stage_type == _none)
    .order_by(o.c.id)
    .limit(_most)
)
TASKS = Statement(
    select(task.c.id)
    .where(task.c.responsible_id == _person, task.c.deleted_on.is_(constant(None)))
    .where(~task.c.is_closed)
    .order_by(task.c.id)
    .limit(_most)
)

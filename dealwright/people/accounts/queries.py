"""SQL about the open records that users are responsible for."""

from typing import NamedTuple

from sqlalchemy import String, func, select, union_all

from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement

o, stage, task = schema.opportunity, schema.stage, schema.task
OPEN_STAGE = 0


class Held(NamedTuple):
    """How many open records a user is responsible for."""

    opportunities: int = 0
    tasks: int = 0


_opportunities = (
    select(o.c.responsible_id, func.count().label("opportunities"), constant(0).label("tasks"))
    .select_from(o.join(stage, stage.c.id == o.c.stage_id))
    .where(AnyOf(o.c.responsible_id, "ids", String()))
    .where(o.c.deleted_on.is_(constant(None)), stage.c.stage_type == constant(OPEN_STAGE))
    .group_by(o.c.responsible_id)
)
_tasks = (
    select(task.c.responsible_id, constant(0), func.count())
    .where(AnyOf(task.c.responsible_id, "ids", String()))
    .where(task.c.deleted_on.is_(constant(None)), ~task.c.is_closed)
    .group_by(task.c.responsible_id)
)
IN_HANDS = Statement(union_all(_opportunities, _tasks))


async def in_hands(session: Session, ids: list[str]) -> dict[str, Held]:
    """Open records by responsible user; users who have none are left out."""
    found: dict[str, Held] = {}
    for person_id, opportunities, tasks in await session.fetch(IN_HANDS, {"ids": ids}):
        before = found.get(person_id, Held())
        found[person_id] = Held(before.opportunities + opportunities, before.tasks + tasks)
    return found

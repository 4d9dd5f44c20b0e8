"""SQL about the stages of the pipeline."""

from typing import NamedTuple

from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.engine import Session
from dealwright.storage.memory import Held
from dealwright.storage.statement import Statement

stage = schema.stage


class Stage(NamedTuple):
    """A stage as the process remembers it. `stage_type` is 0 open, 1 won, 2 lost."""

    id: int
    title: str
    description: str
    color: str
    sort_order: int
    success_probability: int
    stage_type: int


ALL = Statement(
    select(
        stage.c.id,
        stage.c.title,
        stage.c.description,
        stage.c.color,
        stage.c.sort_order,
        stage.c.success_probability,
        stage.c.stage_type,
    ).order_by(stage.c.sort_order, stage.c.id)
)


async def pipeline(session: Session) -> Held[int, Stage]:
    """All stages by id, in their order. For `Work.recall`."""
    return Held((row[0], Stage(*row)) for row in await session.fetch(ALL))

"""SQL about the definitions of custom fields and their values."""

from typing import NamedTuple

from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.engine import Session
from dealwright.storage.memory import Held
from dealwright.storage.statement import Statement

custom_field = schema.custom_field


class Field(NamedTuple):
    """A definition as the process remembers it."""

    id: int
    entity_type: int
    label: str
    field_type: int
    mask: str
    position: int


ALL = Statement(
    select(
        custom_field.c.id,
        custom_field.c.entity_type,
        custom_field.c.label,
        custom_field.c.field_type,
        custom_field.c.mask,
        custom_field.c.position,
    ).order_by(custom_field.c.position, custom_field.c.id)
)


async def definitions(session: Session) -> Held[int, Field]:
    """All definitions by id, in their order. For `Work.recall`."""
    return Held((row[0], Field(*row)) for row in await session.fetch(ALL))

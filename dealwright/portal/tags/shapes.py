"""How tags look on the wire."""

from dealwright.portal.tags import queries
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.shape import Shape
from dealwright.work import Work


class Tag(Shape, kw_only=True):
    """A tag of one kind of record; `relativeItemsCount` is how many that you see have it."""

    title: str
    relative_items_count: int = 0


async def every(work: Work, entity: Tagged) -> list[Tag]:
    """All tags of a kind of record, by title."""
    rows = await work.fetch(queries.counted(entity, work.actor.is_admin), actor=work.actor.id)
    return [Tag(title=title, relative_items_count=count) for title, count in rows]


async def of(work: Work, entity: Tagged, record_id: int) -> list[str]:
    """The tags of one record, by title. The caller checks whether the actor sees it."""
    return [title for (title,) in await work.fetch(queries.of(entity), id=record_id)]

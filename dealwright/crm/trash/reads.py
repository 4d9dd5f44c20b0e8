"""Reads the trash."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from dealwright.crm.trash import periods, queries, shapes
from dealwright.crm.trash.rules import Item, Record
from dealwright.crm.trash.shapes import Trashed
from dealwright.errors import Invalid
from dealwright.records.kinds import KINDS
from dealwright.storage.text import title_parts
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work


async def page(work: Work, entity_type: str, paging: Paging) -> Listing[Trashed]:
    """The deleted records that the actor saw before, the latest first.

    `filterValue`: each word anywhere in the title. Raises Invalid for an unknown kind or sort key.
    """
    sought = title_parts(paging.filter_value)
    kinds = _kinds(entity_type)
    if sought.nothing:
        return Listing([], total=0)
    what = (work.actor.is_admin, kinds, len(sought.parts))
    binds: dict[str, Any] = {**sought.values()}
    binds["actor"] = work.actor.id
    place = {"limit": paging.count, "offset": paging.start_index}
    rows = await work.fetch_with(queries.page(*what, *_order(paging)), binds | place)
    count_rows = rows or await work.fetch_with(queries.count(*what), binds)
    to = await shapes.references(work, await periods.days(work))
    records = {Item(row[0], row[1]): Record(*row[1:-1]) for row in rows}
    counts = await shapes.count_dependents(work, [*records]) if records else {}
    return Listing(
        [
            shapes.trashed(item.entity_type, record, to, deleted=counts.get(item.name))
            for item, record in records.items()
        ],
        total=count_rows[0][-1],
    )


def _kinds(entity_type: str) -> tuple[str, ...]:
    if not entity_type:
        return tuple(KINDS)
    if entity_type.lower() not in KINDS:
        raise Invalid("entityType", f"must be one of {', '.join(KINDS)}")
    return (entity_type.lower(),)


def _order(paging: Paging) -> tuple[str, bool]:
    if not paging.sort_by:
        return "deletedon", paging.descending or not paging.sort_order_given
    if paging.sort_by not in queries.SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(queries.SORTS)}")
    return paging.sort_by, paging.descending


async def seen_of(work: Work, entity_type: str, ids: Sequence[int]) -> frozenset[int]:
    """Which of the records the actor sees, or saw before they were deleted."""
    statement = queries.records(work.actor.is_admin, entity_type)
    rows = await work.fetch(statement, actor=work.actor.id, ids=ids)
    return frozenset(row[0] for row in rows)


Deleted = TypeVar("Deleted", bound=Any)


async def with_dependents(
    work: Work, entity_type: str, deleted: Sequence[Deleted]
) -> list[Deleted]:
    """Records that have just been deleted, each with its dependents counted in `also_deleted`."""
    if not deleted:
        return []
    items = [Item(entity_type, each.id) for each in deleted]
    counts = await shapes.count_dependents(work, items)
    return [
        msgspec.structs.replace(each, also_deleted=shapes.shown_dependents(counts[item.name]))
        if item.name in counts
        else each
        for each, item in zip(deleted, items, strict=True)
    ]

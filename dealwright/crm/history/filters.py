"""The filter parameters of event lists, and the database filter that they become."""

from typing import Any

import msgspec

from dealwright.crm.history import queries
from dealwright.crm.history.rules import ENTITIES, Criteria
from dealwright.errors import Invalid, NotFound
from dealwright.storage.text import terms
from dealwright.wire.paging import Paging
from dealwright.wire.values import EMPTY_GUID, EndMoment, Guid, Moment
from dealwright.work import Work

OWNERS = ("contact", *ENTITIES)
FEW = 100  # a page up to this size is cheap to show
WALKED = ("", "created")  # sort keys that an index serves


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects events: all given filters must match. `entityType` is contact, opportunity or case
    and goes with `entityId`; for a company the events of its persons match too. `categoryId` may be
    one of the system's: -1 task closed, -2 files uploaded, -3 mail message. Dates apply to the date
    of the event."""

    entity_type: str = ""
    entity_id: int = 0
    category_id: int = 0
    created_by: Guid | None = msgspec.field(name="createBy", default=None)
    from_date: Moment | None = None
    to_date: EndMoment | None = None


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


async def resolve(work: Work, params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`. Raises Invalid,
    and NotFound for a record that the actor does not see."""
    entity = await _owner(work, params)
    present = {
        "entity": params.entity_id if entity else None,
        "category": params.category_id or None,
        "author": None if params.created_by == EMPTY_GUID else params.created_by,
        "since": params.from_date,
        "until": params.to_date,
    }
    values: dict[str, Any] = {name: value for name, value in present.items() if value is not None}
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(
        entity=entity,
        category="" if not params.category_id else "system" if params.category_id < 0 else "one",
        author="author" in values,
        since="since" in values,
        until="until" in values,
        needles=len(searched.needles) if searched else 0,
    )
    return FilterParams(filters, values, nothing=searched is not None and not searched.needles)


async def _owner(work: Work, params: Filter) -> str:
    """The kind of record whose events are requested: `company` for a company."""
    entity = params.entity_type.lower()
    if entity not in OWNERS:
        if params.entity_id:
            raise Invalid("entityType", f"must be one of {', '.join(OWNERS)}")
        return ""
    statement = queries.parent_seen(work.actor.is_admin, entity)
    row = await work.row(statement, actor=work.actor.id, id=params.entity_id)
    if row is None:
        raise NotFound
    return "company" if row[1] else entity


def order(paging: Paging) -> tuple[str, bool]:
    """The sort key and whether it is descending; the default is the newest first. Raises Invalid
    for an unknown key."""
    if not paging.sort_by:
        return "created", paging.descending or not paging.sort_order_given
    if paging.sort_by not in queries.SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(queries.SORTS))}")
    return paging.sort_by, paging.descending


def is_heavy(params: Filter, paging: Paging) -> bool:
    """Whether the request reads or shows so many rows that SQLite should run it in a reader
    thread."""
    if paging.count > FEW or paging.start_index > 10 * FEW:
        return True
    if params.entity_id > 0:
        return False
    is_filtered = params != Filter() or paging.filter_value != ""
    return is_filtered or paging.sort_by not in WALKED

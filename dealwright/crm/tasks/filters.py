"""The filter parameters of task lists, and the database filter that they become."""

from typing import Any

import msgspec

from dealwright.crm.tasks.queries import SORTS, WALKED
from dealwright.crm.tasks.rules import Criteria
from dealwright.errors import Invalid
from dealwright.storage.text import terms
from dealwright.wire.paging import Paging
from dealwright.wire.values import EMPTY_GUID, EndMoment, Guid, Moment

ENTITIES = ("contact", "opportunity", "case")


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects tasks: all given filters must match. Dates apply to the deadline; an end date without
    a time includes its whole day.

    `entityType` is contact, opportunity or case and goes with `entityid`; for a company the tasks
    of its persons match too.
    """

    responsible_id: Guid | None = None
    category_id: int = 0
    is_closed: bool | None = None
    from_date: Moment | None = None
    to_date: EndMoment | None = None
    entity_type: str = ""
    entity_id: int = 0


EVERYTHING = Filter()
FEW = 100  # a page up to this size is cheap to show


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


def resolve(params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`. Raises
    Invalid."""
    entity = params.entity_type.lower()
    if entity and entity not in ENTITIES:
        raise Invalid("entityType", f"must be one of {', '.join(ENTITIES)}")
    present = {
        "responsible": None if params.responsible_id == EMPTY_GUID else params.responsible_id,
        "category": params.category_id if params.category_id > 0 else None,
        "since": params.from_date,
        "until": params.to_date,
        "entity": params.entity_id if entity and params.entity_id > 0 else None,
    }
    values: dict[str, Any] = {name: value for name, value in present.items() if value is not None}
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(
        responsible="responsible" in values,
        category="category" in values,
        closed={None: "", True: "closed", False: "open"}[params.is_closed],
        since="since" in values,
        until="until" in values,
        entity=entity if "entity" in values else "",
        needles=len(searched.needles) if searched else 0,
    )
    return FilterParams(filters, values, nothing=searched is not None and not searched.needles)


def order(paging: Paging) -> tuple[str, bool]:
    """The sort key and whether it is descending; the default is the deadline. Raises Invalid for an
    unknown key."""
    sort = paging.sort_by or "deadline"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return sort, paging.descending


def is_heavy(params: Filter, paging: Paging) -> bool:
    """Whether the request reads or shows so many rows that SQLite should run it in a reader
    thread."""
    if paging.count > FEW or paging.start_index > 10 * FEW:
        return True
    if params.responsible_id not in (None, EMPTY_GUID) or params.entity_id > 0:
        return False
    # Exact totals of what a user sees are counted row by row.
    return paging.cursor is None or paging.filter_value != "" or paging.sort_by not in ("", *WALKED)

"""The filter parameters of task lists, and what they ask of the database."""

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
    """Which tasks: all that are given must hold. Dates mean the deadline; an end date without a
    time includes its whole day.

    `entityType` is contact, opportunity or case and counts with `entityid`; of a company also the
    tasks of its persons are found.
    """

    responsible_id: Guid | None = None
    category_id: int = 0
    is_closed: bool | None = None
    from_date: Moment | None = None
    to_date: EndMoment | None = None
    entity_type: str = ""
    entity_id: int = 0


EVERYTHING = Filter()
FEW = 100  # rows that are quickly shown


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: its shape and its values. `nothing` when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


def wanted(params: Filter, text: str) -> FilterParams:
    """What the parameters ask for; `text` is `filterValue`. Raises Invalid."""
    entity = params.entity_type.lower()
    if entity and entity not in ENTITIES:
        raise Invalid("entityType", f"must be one of {', '.join(ENTITIES)}")
    given = {
        "responsible": None if params.responsible_id == EMPTY_GUID else params.responsible_id,
        "category": params.category_id if params.category_id > 0 else None,
        "since": params.from_date,
        "until": params.to_date,
        "entity": params.entity_id if entity and params.entity_id > 0 else None,
    }
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
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
    """The sort key and whether it descends; by deadline where none is named. Raises Invalid for an
    unknown one."""
    sort = paging.sort_by or "deadline"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return sort, paging.descending


def is_heavy(params: Filter, paging: Paging) -> bool:
    """Whether many rows have to be looked at or shown, so that SQLite had better do it aside."""
    if paging.count > FEW or paging.start_index > 10 * FEW:
        return True
    if params.responsible_id not in (None, EMPTY_GUID) or params.entity_id > 0:
        return False
    # Exact totals of what somebody sees are counted row by row.
    return paging.cursor is None or paging.filter_value != "" or paging.sort_by not in ("", *WALKED)

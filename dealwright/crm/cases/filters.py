"""The filter parameters of case lists, and the database filter that they become."""

from typing import Any

import msgspec

from dealwright.crm.cases.queries import SORTS
from dealwright.crm.cases.rules import Criteria
from dealwright.errors import Invalid
from dealwright.portal.tags.rules import key_of
from dealwright.storage.text import terms, title_parts
from dealwright.wire.paging import Paging


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects cases: all given filters must match. `contactid` selects the cases with that
    member."""

    contact_id: int = 0
    is_closed: bool | None = None
    tags: list[str] = []


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


def resolve(params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`."""
    values: dict[str, Any] = {}
    keys = sorted({key_of(tag) for tag in params.tags})
    if keys:
        values["tag"] = keys[0]
    if len(keys) > 1:
        values |= {"tags": keys, "tag_count": len(keys)}
    if params.contact_id > 0:
        values["contact"] = params.contact_id
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(
        state={None: "", True: "closed", False: "open"}[params.is_closed],
        tags="" if not keys else "one" if len(keys) == 1 else "several",
        contact="contact" in values,
        needles=len(searched.needles) if searched else 0,
    )
    return FilterParams(filters, values, nothing=searched is not None and not searched.needles)


def of_contact(contact_id: int, *, text: str) -> FilterParams:
    """Filters for cases of a contact (0: of any) whose title contains every word of `text`."""
    values: dict[str, Any] = {"contact": contact_id} if contact_id > 0 else {}
    sought = title_parts(text)
    filters = Criteria(contact=contact_id > 0, title_parts=len(sought.parts))
    return FilterParams(filters, values | sought.values(), nothing=sought.nothing)


def order(paging: Paging) -> tuple[str, bool]:
    """The sort key and whether it is descending; the default is the title. Raises Invalid for an
    unknown key."""
    sort = paging.sort_by or "title"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return sort, paging.descending

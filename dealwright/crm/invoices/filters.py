"""The filter parameters of invoice lists, and the database filter that they become."""

from typing import Any, NamedTuple

import msgspec

from dealwright.crm.invoices.queries import SORTS
from dealwright.crm.invoices.rules import Criteria, InvoiceStatus
from dealwright.errors import Invalid
from dealwright.storage.text import terms
from dealwright.wire.paging import Paging
from dealwright.wire.values import EndMoment, Moment

CONTACTS = ("contact", "person", "company")


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects invoices: all given filters must match. `entityid` is the id of the contact or
    opportunity that `entityType` says; each date counts alone and a day counts as a whole."""

    status: InvoiceStatus | None = None
    issue_date_from: Moment | None = None
    issue_date_to: EndMoment | None = None
    due_date_from: Moment | None = None
    due_date_to: EndMoment | None = None
    entity_type: str = ""
    entity_id: int = 0
    currency: str = ""


class FilterParams(NamedTuple):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


def resolve(params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`. Raises
    Invalid."""
    values: dict[str, Any] = {
        "status": params.status and int(params.status),
        "issued_from": params.issue_date_from,
        "issued_to": params.issue_date_to,
        "due_from": params.due_date_from,
        "due_to": params.due_date_to,
        "currency": params.currency.upper() or None,
    }
    values = {name: value for name, value in values.items() if value is not None}
    there = dict.fromkeys(values, True)
    entity = _entity(params.entity_type, params.entity_id)
    if entity:
        values["entity_id"] = params.entity_id
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(**there, entity=entity, needles=len(searched.needles) if searched else 0)
    nothing = entity == "none" or (searched is not None and not searched.needles)
    return FilterParams(filters, values, nothing=nothing)


def of_entity(entity_type: str, entity_id: int) -> FilterParams:
    """The filter for the invoices of one record. Raises Invalid."""
    return resolve(Filter(entity_type=entity_type, entity_id=entity_id), "")


def demand_entity(entity_id: int) -> None:
    """Raises Invalid for what is no id."""
    if entity_id <= 0:
        raise Invalid("entityid", "must be greater than 0")


def _entity(entity_type: str, entity_id: int) -> str:
    """What the invoices must belong to; a case has none."""
    if not entity_type or entity_id <= 0:
        return ""
    kind = entity_type.lower()
    if kind in CONTACTS:
        return "contact"
    if kind == "opportunity":
        return "opportunity"
    if kind == "case":
        return "none"
    raise Invalid("entityType", "must be contact, person, company, opportunity or case")


def order(paging: Paging) -> tuple[str, bool]:
    """The sort key and whether it is descending; the default is the number. Raises Invalid for an
    unknown key."""
    sort = paging.sort_by or "number"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return sort, paging.descending

"""The filter parameters of contact lists, and the database filter that they become."""

from enum import IntEnum
from typing import Any

import msgspec

from dealwright.crm.contacts.info.queries import Reach
from dealwright.crm.contacts.infos import InfoType, search_key
from dealwright.crm.contacts.search.queries import SORTS, Criteria
from dealwright.errors import Invalid
from dealwright.portal.tags.rules import key_of
from dealwright.storage.text import terms, title_parts
from dealwright.wire.paging import Paging
from dealwright.wire.values import EMPTY_GUID, EndMoment, Guid, Moment
from dealwright.work import Work


class ListView(IntEnum):
    ALL = 0
    COMPANY = 1
    PERSON = 2
    WITH_OPPORTUNITY = 3


_KINDS = {
    ListView.ALL: "",
    ListView.COMPANY: "companies",
    ListView.PERSON: "persons",
    ListView.WITH_OPPORTUNITY: "with opportunity",
}
# What a search by name covers: `searchType`.
_SEARCHED = {-1: "", 0: "companies", 1: "persons", 2: "single", 3: "company or single"}


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects contacts: all given filters must match. `contactStage` is the id of a contact status,
    0 for contacts without one; dates apply to the creation date."""

    tags: list[str] = []
    contact_stage: int | None = None
    contact_type: int | None = None
    contact_list_view: ListView = ListView.ALL
    from_date: Moment | None = None
    to_date: EndMoment | None = None


class ListFilter(Filter, kw_only=True, frozen=True):
    """`responsibleid` selects the contacts that a user manages, the empty GUID those without a
    manager; `isShared` selects what everyone may see, or the rest."""

    responsible_id: Guid | None = None
    is_shared: bool | None = None


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria = Criteria()
    values: dict[str, Any] = {}
    nothing: bool = False


def resolve(work: Work, params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`."""
    keys = sorted({key_of(tag) for tag in params.tags})
    values: dict[str, Any] = {"tags": keys, "tag_count": len(keys)} if keys else {}
    stage, type_ = _choice(params.contact_stage), _choice(params.contact_type)
    if stage == "one":
        values["status_id"] = params.contact_stage
    if type_ == "one":
        values["type_id"] = params.contact_type
    if params.from_date is not None:
        values["since"] = params.from_date
    if params.to_date is not None:
        values["until"] = params.to_date
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(
        tags=bool(keys),
        stage=stage,
        type=type_,
        kind=_KINDS[params.contact_list_view],
        since="since" in values,
        until="until" in values,
        needles=len(searched.needles) if searched else 0,
    )
    filter_params = FilterParams(
        filters, values, nothing=searched is not None and not searched.needles
    )
    return _shared(filter_params, params) if isinstance(params, ListFilter) else filter_params


def _choice(params: int | None) -> str:
    """The shape of a filter by a category item: no item for 0, any for a negative number."""
    if params is None or params < 0:
        return ""
    return "one" if params else "none"


def _shared(filter_params: FilterParams, params: ListFilter) -> FilterParams:
    """The filter with the parameters that only lists have."""
    responsible, values = "", filter_params.values
    if params.responsible_id is not None:
        responsible = "none" if params.responsible_id == EMPTY_GUID else "one"
        values = values | {"responsible": params.responsible_id}
    shared = {None: "", True: "shared", False: "private"}[params.is_shared]
    filters = filter_params.filters._replace(responsible=responsible, shared=shared)
    return FilterParams(filters, values, filter_params.nothing)


def of_company(company_id: int) -> FilterParams:
    """Filters for the persons of a company."""
    return FilterParams(Criteria(group="of company"), {"group_id": company_id})


def of_record(entity: str, record_id: int, text: str) -> FilterParams:
    """Filters for the members of an opportunity or a case whose name contains every word of
    `text`."""
    return _named(text, Criteria(group=f"of {entity}"), {"group_id": record_id})


def by_name(text: str, search_type: int) -> FilterParams:
    """Filters for contacts whose name contains every word of `text` anywhere. Raises Invalid."""
    if search_type not in _SEARCHED:
        raise Invalid("searchType", f"must be one of {', '.join(map(str, _SEARCHED))}")
    return _named(text, Criteria(kind=_SEARCHED[search_type]), {})


def by_email(text: str) -> FilterParams:
    """Filters for contacts with an email address that contains `text`, or whose name contains every
    word of it."""
    sought = title_parts(text)
    values: dict[str, Any] = {**sought.values()}
    values["info_type"] = int(InfoType.EMAIL)
    values["reached"] = search_key(InfoType.EMAIL, text)
    reach = Reach(text=True, or_named=len(sought.parts))
    return FilterParams(Criteria(reach=reach), values, nothing=not values["reached"])


def by_info(
    info_type: InfoType, text: str, *, category: int | None, is_primary: bool | None
) -> FilterParams:
    """Filters for contacts with data of a kind that contains `text`: by its key, or any data if
    there is none."""
    values: dict[str, Any] = {"info_type": int(info_type)}
    if text:
        values["reached"] = text
    if category is not None:
        values["category"] = category
    reach = Reach(text=bool(text), category=category is not None, primary=is_primary)
    return FilterParams(Criteria(reach=reach), values)


def _named(text: str, filters: Criteria, values: dict[str, Any]) -> FilterParams:
    sought = title_parts(text)
    named = filters._replace(name_parts=len(sought.parts))
    return FilterParams(named, values | sought.values(), nothing=sought.nothing)


def order(paging: Paging, *, default: str, descending: bool = False) -> tuple[str, bool]:
    """The sort key and whether it is descending. Raises Invalid for an unknown key."""
    if not paging.sort_by:
        return default, paging.descending if paging.sort_order_given else descending
    if paging.sort_by not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return paging.sort_by, paging.descending


FEW = 100  # a page up to this size is cheap to show
_EVERYTHING = ListFilter()


def is_heavy(params: ListFilter, paging: Paging) -> bool:
    """Whether the request reads or shows so many rows that SQLite should run it in a reader
    thread."""
    is_filtered = paging.filter_value != "" or params != _EVERYTHING
    return is_filtered or paging.count > FEW or paging.start_index > 10 * FEW

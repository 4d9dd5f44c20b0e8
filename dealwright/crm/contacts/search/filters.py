"""The filter parameters of contact lists, and what they ask of the database."""

from enum import IntEnum
from typing import Any

import msgspec

from dealwright.crm.contacts.info.queries import Reach
from dealwright.crm.contacts.infos import InfoType, sought_key
from dealwright.crm.contacts.search.queries import SORTS, Criteria
from dealwright.errors import Invalid
from dealwright.portal.tags.rules import key_of
from dealwright.storage.text import asked_words, terms
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
# What a look-up by name searches: `searchType`.
_SEARCHED = {-1: "", 0: "companies", 1: "persons", 2: "single", 3: "company or single"}


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Which contacts: all that are given must hold. `contactStage` is the id of a contact status,
    0 for those without; dates mean when they were created."""

    tags: list[str] = []
    contact_stage: int | None = None
    contact_type: int | None = None
    contact_list_view: ListView = ListView.ALL
    from_date: Moment | None = None
    to_date: EndMoment | None = None


class ListFilter(Filter, kw_only=True, frozen=True):
    """`responsibleid` finds what a user manages, the empty GUID what nobody manages; `isShared`
    finds what everyone may see, or the rest."""

    responsible_id: Guid | None = None
    is_shared: bool | None = None


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: its shape and its values. `nothing` when no row can match."""

    filters: Criteria = Criteria()
    values: dict[str, Any] = {}
    nothing: bool = False


def wanted(work: Work, params: Filter, text: str) -> FilterParams:
    """What the parameters ask for; `text` is `filterValue`."""
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
    found = FilterParams(filters, values, nothing=searched is not None and not searched.needles)
    return _shared(found, params) if isinstance(params, ListFilter) else found


def _choice(params: int | None) -> str:
    """How a filter by a list item reads: none set for 0, any for a negative number."""
    if params is None or params < 0:
        return ""
    return "one" if params else "none"


def _shared(found: FilterParams, params: ListFilter) -> FilterParams:
    """The filter with what only lists can be filtered by."""
    responsible, values = "", found.values
    if params.responsible_id is not None:
        responsible = "none" if params.responsible_id == EMPTY_GUID else "one"
        values = values | {"responsible": params.responsible_id}
    shared = {None: "", True: "shared", False: "private"}[params.is_shared]
    filters = found.filters._replace(responsible=responsible, shared=shared)
    return FilterParams(filters, values, found.nothing)


def of_company(company_id: int) -> FilterParams:
    """The persons of a company."""
    return FilterParams(Criteria(group="of company"), {"group_id": company_id})


def of_record(entity: str, record_id: int, text: str) -> FilterParams:
    """The members of an opportunity or a case whose name holds all words of a text."""
    return _named(text, Criteria(group=f"of {entity}"), {"group_id": record_id})


def by_name(text: str, search_type: int) -> FilterParams:
    """Contacts whose name holds all words of a text anywhere. Raises Invalid."""
    if search_type not in _SEARCHED:
        raise Invalid("searchType", f"must be one of {', '.join(map(str, _SEARCHED))}")
    return _named(text, Criteria(kind=_SEARCHED[search_type]), {})


def by_email(text: str) -> FilterParams:
    """Contacts with an address of e-mail that contains a text, or whose name contains all words of
    it."""
    parts = asked_words(text)
    values: dict[str, Any] = {f"part_{n}": part for n, part in enumerate(parts)}
    values["info_type"] = int(InfoType.EMAIL)
    values["reached"] = sought_key(InfoType.EMAIL, text)
    reach = Reach(text=True, or_named=len(parts))
    return FilterParams(Criteria(reach=reach), values, nothing=not values["reached"])


def by_info(
    info_type: InfoType, text: str, *, category: int | None, is_primary: bool | None
) -> FilterParams:
    """Contacts with data of a kind that contains a text: its key, or nothing for any data."""
    values: dict[str, Any] = {"info_type": int(info_type)}
    if text:
        values["reached"] = text
    if category is not None:
        values["category"] = category
    reach = Reach(text=bool(text), category=category is not None, primary=is_primary)
    return FilterParams(Criteria(reach=reach), values)


def _named(text: str, filters: Criteria, values: dict[str, Any]) -> FilterParams:
    parts = asked_words(text)
    found = {f"part_{n}": part for n, part in enumerate(parts)}
    return FilterParams(filters._replace(name_parts=len(parts)), values | found)


def order(paging: Paging, *, default: str, descending: bool = False) -> tuple[str, bool]:
    """The sort key and whether it descends. Raises Invalid for an unknown key."""
    if not paging.sort_by:
        return default, paging.descending if paging.sort_order_given else descending
    if paging.sort_by not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return paging.sort_by, paging.descending

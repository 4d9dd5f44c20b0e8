"""The filter parameters of opportunity lists, and the database filter that they become."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

import msgspec

from dealwright.crm.opportunities.queries import SORTS
from dealwright.crm.opportunities.rules import Criteria
from dealwright.errors import Invalid
from dealwright.people.queries import teams
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.rates.queries import counting, today
from dealwright.portal.rates.rules import start_of
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.portal.tags.rules import key_of
from dealwright.storage.text import terms, title_parts
from dealwright.wire.paging import Paging
from dealwright.wire.values import EMPTY_GUID, EndMoment, Guid, Moment, Money
from dealwright.work import Work


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Selects opportunities: all given filters must match. Dates apply to the close date: the
    expected one while the stage is open, the actual one afterwards. Amounts are in the portal's
    currency; others are compared at today's rates, and one without a rate does not match."""

    responsible_id: Guid | None = None
    opportunity_stages_id: int = 0
    tags: list[str] = []
    contact_id: int = 0
    contact_also_is_participant: bool | None = None
    stage_type: StageType | None = None
    from_date: Moment | None = None
    to_date: EndMoment | None = None
    pipeline_id: int = 0
    is_overdue: bool | None = None
    is_rotting: bool | None = None
    has_next_step: bool | None = None
    is_past_close: bool | None = None
    expected_from: Moment | None = None
    expected_to: EndMoment | None = None
    closed_from: Moment | None = None
    closed_to: EndMoment | None = None
    team_id: Guid | None = None
    amount_from: Money | None = None
    amount_to: Money | None = None


EVERYTHING = Filter()
MOST_STORED = 2**63 - 1
MOST_LEAST = 2**62  # leaves room to divide by periods
FEW = 100  # a page up to this size is cheap to show
WALKED = ("", "stage", "title", "created", "dateandtime", "bidvalue", "id")  # by index


class FilterParams(msgspec.Struct, frozen=True):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


async def resolve(work: Work, params: Filter, text: str) -> FilterParams:
    """Turns the request parameters into a database filter. `text` is `filterValue`. Raises Invalid
    for an unknown value."""
    values: dict[str, Any] = {}
    if params.responsible_id not in (None, EMPTY_GUID):
        values["responsible"] = params.responsible_id
    stages: list[int] | None = None
    if params.opportunity_stages_id > 0 or params.stage_type is not None or params.pipeline_id > 0:
        stages = await _stages(work, params)
        values |= {"stage": stages[0]} if len(stages) == 1 else {"stages": stages}
    keys = sorted({key_of(tag) for tag in params.tags})
    if keys:
        values["tag"] = keys[0]
    if len(keys) > 1:
        values |= {"tags": keys, "tag_count": len(keys)}
    if params.contact_id > 0:
        values["contact"] = params.contact_id
    if params.from_date is not None:
        values["since"] = params.from_date
    if params.to_date is not None:
        values["until"] = params.to_date
    values |= _days(work, params)
    if params.team_id not in (None, EMPTY_GUID):
        team = (await work.cached(teams)).get(params.team_id or "")
        values["team"] = [*team.members] if team else []
    if params.amount_from is not None or params.amount_to is not None:
        values["amounts"] = await _amounts(work, params)
    searched = terms(text) if text else None
    if searched:
        values |= searched.values()
    filters = Criteria(
        responsible="responsible" in values,
        stages="" if stages is None else "one" if len(stages) == 1 else "many",
        tags="" if not keys else "one" if len(keys) == 1 else "several",
        contact=("participant" if params.contact_also_is_participant else "primary")
        if "contact" in values
        else "",
        since="since" in values,
        until="until" in values,
        needles=len(searched.needles) if searched else 0,
        is_overdue=params.is_overdue,
        is_rotting=params.is_rotting,
        has_next_step=params.has_next_step,
        is_past_close=params.is_past_close,
        expected=_period(values, "expected"),
        closed=_period(values, "closed"),
        team="team" in values,
        amount=_ends(params.amount_from, params.amount_to),
    )
    return FilterParams(filters, values, nothing=searched is not None and not searched.needles)


def of_contact(contact_id: int, *, text: str = "", without: bool = False) -> FilterParams:
    """Filters for opportunities in which a contact takes part (with `without`: does not) and whose
    title contains every word of `text`."""
    values: dict[str, Any] = {"contact": contact_id} if contact_id > 0 else {}
    sought = title_parts(text)
    how = "without" if without else "participant"
    filters = Criteria(contact=how if contact_id > 0 else "", title_parts=len(sought.parts))
    return FilterParams(filters, values | sought.values(), nothing=sought.nothing)


def order(paging: Paging) -> tuple[str, bool]:
    """The sort key and whether it is descending; the default is the stage. Raises Invalid for an
    unknown key."""
    sort = paging.sort_by or "stage"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    return sort, paging.descending


def is_heavy(params: Filter, paging: Paging) -> bool:
    """Whether the request reads or shows so many rows that SQLite should run it in a reader
    thread."""
    if paging.count > FEW or paging.start_index > 10 * FEW:
        return True
    if params.contact_id > 0 or params.responsible_id not in (None, EMPTY_GUID):
        return False
    params = msgspec.structs.replace(params, responsible_id=None)
    is_filtered = paging.filter_value != "" or params != EVERYTHING
    return is_filtered or paging.sort_by not in WALKED


def _days(work: Work, params: Filter) -> dict[str, int]:
    """The moments that marks and periods are compared with."""
    values = {
        "expected_since": params.expected_from,
        "expected_until": params.expected_to,
        "closed_since": params.closed_from,
        "closed_until": params.closed_to,
    }
    found = {name: moment for name, moment in values.items() if moment is not None}
    if not (params.is_overdue is params.is_rotting is params.is_past_close is None):
        found["today"] = start_of(today(work), work.settings.timezone)
    return found


async def _amounts(work: Work, params: Filter) -> list[tuple[str, int, int]]:
    """The least and the most amount in each currency that has a rate."""
    rates = await counting(work)
    worths = {code: rates.between(code, rates.base) for code in CURRENCIES}
    least, most = params.amount_from or 0, params.amount_to
    return [
        (
            code,
            min(ceil(least / worth.factor), MOST_LEAST),
            MOST_STORED if most is None else min(floor(most / worth.factor), MOST_STORED),
        )
        for code, worth in worths.items()
        if worth is not None
    ]


def _period(values: Mapping[str, Any], name: str) -> str:
    return _ends(values.get(f"{name}_since"), values.get(f"{name}_until"))


def _ends(since: int | None, until: int | None) -> str:
    ends = [end for end, each in (("since", since), ("until", until)) if each is not None]
    return "both" if len(ends) == 2 else "".join(ends)


async def _stages(work: Work, params: Filter) -> list[int]:
    stages = await work.cached(pipeline)
    return [
        stage.id
        for stage in stages.values()
        if params.opportunity_stages_id in (0, stage.id) or params.opportunity_stages_id < 0
        if params.stage_type in (None, stage.stage_type)
        if params.pipeline_id <= 0 or params.pipeline_id == stage.pipeline_id
    ]

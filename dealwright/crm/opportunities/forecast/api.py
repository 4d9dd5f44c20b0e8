"""The route of the forecast."""

from typing import Annotated

from dealwright import access
from dealwright.crm.opportunities.filters import Filter, resolve
from dealwright.crm.opportunities.forecast import reads, rules, shapes
from dealwright.crm.opportunities.forecast.shapes import ForecastAnswer
from dealwright.crm.opportunities.shapes import references
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import EMPTY_GUID, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class ForecastParams(Filter, kw_only=True, frozen=True):
    """`month`: the first month, such as 2026-12, this one when absent; `months`: how many, 1 to
    24, 5 when absent."""

    month: Annotated[str, Length(255)] = ""
    months: int = rules.MONTHS


@route.get("opportunity/forecast", mode=Mode.HEAVY)
async def forecast(work: Work, params: ForecastParams, paging: Paging) -> ForecastAnswer:
    """Adds up the open opportunities of one pipeline by the month in which they are expected to
    close, beside what was won in it and the sales target.

    Sums are shown by currency and converted at today's rates into the portal's currency. `weighted`
    multiplies each amount by its success probability. What a month holds is listed by
    `crm/opportunity/filter` with `expectedFrom` and `expectedTo`."""
    shown = await reads.forecast(
        work,
        await resolve(work, params, paging.filter_value),
        reads.buckets(work, params.month, params.months),
        pipeline_id=params.pipeline_id,
        owner=owner_of(params),
        count=0,
    )
    return shapes.forecast(shown, await references(work))


def owner_of(params: Filter) -> Owner | None:
    """Whose target a forecast is compared with: of the one user or group of its filter."""
    person, team = (
        each if each != EMPTY_GUID else None for each in (params.responsible_id, params.team_id)
    )
    return Owner(person, team) if (person is None) != (team is None) else None

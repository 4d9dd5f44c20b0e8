"""Routes of sales targets."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.rules import MOST_MONTHS, added, month_of
from dealwright.crm.opportunities.targets import actions, shapes
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.crm.opportunities.targets.shapes import Target
from dealwright.errors import Invalid
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import EMPTY_GUID, Guid, Length, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

MonthText = Annotated[str, Length(255)]


class Period(msgspec.Struct, kw_only=True, frozen=True):
    """`month`: the first one, such as 2026-12, this month when absent; `months`: how many, 12 when
    absent."""

    month: MonthText = ""
    months: int = 12


class TargetBody(msgspec.Struct, kw_only=True, frozen=True):
    """Whose target it is: `responsibleId` or `teamId`; `month` such as 2026-12; `amount` in the
    portal's currency, 0 takes the target away."""

    responsible_id: Guid | None = None
    team_id: Guid | None = None
    month: MonthText = ""
    amount: Money = 0


@route.get("opportunity/target")
async def every(work: Work, params: Period) -> list[Target]:
    """Lists the sales targets that you see: your own and those of your groups; administrators see
    all."""
    if not 1 <= params.months <= MOST_MONTHS:
        raise Invalid("months", f"must be 1 to {MOST_MONTHS}")
    first = month_of(params.month, forecasts.today(work))
    found = await actions.visible(work, first, added(first, params.months - 1))
    return [shapes.target(each) for each in found]


@route.put("opportunity/target", mode=Mode.TRANSACTION)
async def put(work: Work, params: TargetBody) -> Target:
    """Sets what a user or a group is to win in a month. Administrators only."""
    access.demand_admin(work.actor)
    if not params.month:
        raise Invalid("month", "must be a month such as 2026-12")
    ids = (each if each != EMPTY_GUID else None for each in (params.responsible_id, params.team_id))
    month = month_of(params.month, forecasts.today(work))
    return shapes.target(await actions.put(work, Owner(*ids), month, params.amount))

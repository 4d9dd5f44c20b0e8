"""Reading and setting sales targets. Administrators set them."""

from collections.abc import Mapping
from datetime import date

from dealwright.access import demand_admin
from dealwright.crm.opportunities.targets import queries, rules
from dealwright.crm.opportunities.targets.rules import Owner, SalesTarget
from dealwright.errors import ConcurrentUpdate, Invalid
from dealwright.people.queries import everybody, teams
from dealwright.portal.organisation.queries import current
from dealwright.portal.rates.rules import Rates, rounded
from dealwright.storage import schema
from dealwright.storage.engines.engine import UniqueViolation
from dealwright.storage.statements.change import Change, Insert, Remove, Update
from dealwright.work import Work


async def visible(
    work: Work, first: date, last: date, owner: Owner | None = None
) -> list[SalesTarget]:
    """The targets of these months that the actor sees, of one owner or of all."""
    statement = queries.visible(work.actor.is_admin, owner is not None)
    binds = {"actor": work.actor.id, "first": number_of(first), "last": number_of(last)}
    one = {} if owner is None else {"person": owner.person_id, "team": owner.team_id}
    return [SalesTarget(*row) for row in await work.fetch_with(statement, {**binds, **one})]


async def of_months(
    work: Work, owner: Owner | None, first: date | None, last: date | None, rates: Rates
) -> Mapping[date | None, int | None]:
    """The targets of an owner by month, in the portal's currency of today: None where there is no
    rate. Without an owner there are none."""
    if owner is None or first is None or last is None:
        return {}
    found: dict[date | None, int | None] = {}
    for each in await visible(work, first, last, owner):
        worth = rates.between(each.currency, rates.base)
        month = date(each.month // 100, each.month % 100, 1)
        found[month] = None if worth is None else rounded(each.amount * worth.factor)
    return found


async def put(work: Work, owner: Owner, month: date, amount: int) -> SalesTarget:
    """Sets the target of a month, in the portal's currency; 0 takes it away. Raises Forbidden,
    Invalid."""
    demand_admin(work.actor)
    rules.demand_owner(owner)
    rules.demand_amount(amount)
    if owner.person_id is not None and owner.person_id not in await work.cached(everybody):
        raise Invalid("responsibleId", "must be the id of a user")
    if owner.team_id is not None and owner.team_id not in await work.cached(teams):
        raise Invalid("teamId", "must be the id of a group")
    currency = (await work.cached(current)).currency
    there = await visible(work, month, month, owner)
    after = SalesTarget(0, owner.person_id, owner.team_id, number_of(month), amount, currency)
    row = {"amount": amount, "currency": currency}
    try:
        if not amount:
            gone = Remove(schema.sales_target, {"id": [each.id for each in there]})
            await work.save(Change(None, (gone,)))
        elif there:
            await work.save(Change(Update(schema.sales_target, there[0].id, row)))
        else:
            of = {"person_id": owner.person_id, "team_id": owner.team_id, "month": after.month}
            await work.save(Change(Insert(schema.sales_target, {**of, **row})))
    except UniqueViolation:
        raise ConcurrentUpdate from None
    return after


def number_of(month: date) -> int:
    """December 2026 → 202612."""
    return month.year * 100 + month.month

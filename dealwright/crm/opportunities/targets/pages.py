"""The page of sales targets, for administrators: a year of months for one user or group."""

from datetime import date
from typing import Any

from dealwright import access
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.rules import added, key_of
from dealwright.crm.opportunities.targets import actions
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.errors import CrmError, NotFound
from dealwright.people.queries import teams
from dealwright.portal.organisation.queries import current
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
TARGETS = "/opportunities/targets"
MONTHS = 12
PERSON, TEAM = "person", "team"


@page.get("opportunities/targets")
async def show(page: PageRequest) -> Response:
    """The targets of one user or group, to be changed."""
    access.demand_admin(page.actor)
    return await _targets(page)


@page.post("opportunities/targets")
async def save(page: PageRequest) -> Response:
    """Sets the targets of the months; an empty field takes one away."""
    access.demand_admin(page.actor)

    async def write(work: Work) -> None:
        owner = _owner(page)
        for month in _months(work):
            text = page.text(key_of(month))
            amount = typed.amount(text, field=key_of(month)) if text else 0
            await actions.put(work, owner, month, amount)

    try:
        await page.write(write, transaction=True)
    except NotFound:
        raise
    except CrmError as error:
        return await _targets(page, problem=error.text, status=400)
    page.toast(page.say("Saved"))
    return page.redirect(f"{TARGETS}?of={page.text('of')}")


async def _targets(page: PageRequest, *, problem: str = "", status: int = 200) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        people = [(f"{PERSON}:{id}", name) for id, name in await responsible(work)]
        groups = [(f"{TEAM}:{each.id}", each.name) for each in (await work.cached(teams)).values()]
        of = page.text("of") or people[0][0]
        months, found = _months(work), {}
        for each in await actions.visible(work, months[0], months[-1], _owner_of(of)):
            found[each.month] = each
        fields = [(month, key_of(month), found.get(actions.number_of(month))) for month in months]
        return {
            "owners": [*groups, *people],
            "of": of,
            "is_team": of.startswith(TEAM),
            "owner_id": of.partition(":")[2],
            "currency": (await work.cached(current)).currency,
            "fields": [
                (month, key, page.text(key) or (f"{screen.amount(at.amount):f}" if at else ""))
                for month, key, at in fields
            ],
            "problem": problem,
        }

    values = await page.read(read)
    return page.page("crm/opportunities/targets/targets.html", status=status, **values)


def _owner(page: PageRequest) -> Owner:
    return _owner_of(page.text("of"))


def _owner_of(text: str) -> Owner:
    """ "team:ID" or "person:ID"."""
    kind, _, id = text.partition(":")
    return Owner(team_id=id) if kind == TEAM else Owner(person_id=id)


def _months(work: Work) -> list[date]:
    first = forecasts.today(work).replace(day=1)
    return [added(first, count) for count in range(MONTHS)]

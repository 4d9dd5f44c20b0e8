"""Handing over what somebody is responsible for, and how people use the portal."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.access import demand_portal_admin
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.people_settings import queries
from dealwright.crm.people_settings.queries import Use
from dealwright.crm.tasks import actions as tasks
from dealwright.errors import Invalid, NotFound
from dealwright.people.groups import actions as groups
from dealwright.people.queries import everybody, teams
from dealwright.work import Work

AT_ONCE = 500  # of each kind


class Handed(NamedTuple):
    """What went to somebody else, by id. `is_all`: nothing is left for another time."""

    opportunities: Sequence[int]
    tasks: Sequence[int]
    groups: int
    is_all: bool


async def uses(work: Work) -> dict[str, Use]:
    """Open sessions, API tokens and the last visit, by person."""
    rows = await work.fetch(queries.USES, now=work.now)
    return {person: Use(int(sessions), int(api), used) for person, sessions, api, used in rows}


async def hand_over(work: Work, person_id: str, to: str) -> Handed:
    """Gives the open opportunities, the open tasks and the groups of a person to another one, at
    most 500 of each kind. Needs a transaction. Raises Forbidden, NotFound, Invalid."""
    demand_portal_admin(work.actor)
    people = await work.cached(everybody)
    if person_id not in people:
        raise NotFound
    if to == person_id:
        raise Invalid("to", "must be somebody else")
    await tasks.demand_responsible(work, to)
    binds = {"person": person_id, "most": AT_ONCE + 1}
    deals = [row[0] for row in await work.fetch(queries.OPPORTUNITIES, **binds)]
    open_tasks = [row[0] for row in await work.fetch(queries.TASKS, **binds)]
    await give(work, to, deals[:AT_ONCE], open_tasks[:AT_ONCE])
    led = [each.id for each in (await work.cached(teams)).values() if each.manager_id == person_id]
    for group_id in led:
        await groups.set_manager(work, group_id, to)
    is_all = len(deals) <= AT_ONCE and len(open_tasks) <= AT_ONCE
    return Handed(deals[:AT_ONCE], open_tasks[:AT_ONCE], len(led), is_all)


async def give(work: Work, to: str, opportunities: Sequence[int], task_ids: Sequence[int]) -> None:
    """Makes a person responsible for opportunities and tasks. Needs a transaction.

    Raises Forbidden, Invalid."""
    demand_portal_admin(work.actor)
    if len(task_ids) > AT_ONCE:
        raise Invalid("tasks", f"must hold at most {AT_ONCE} ids")
    if opportunities:
        outcome = await moves.assign_many(work, opportunities, to)
        if outcome.refused:
            raise Invalid("to", f"refuses an opportunity: {outcome.refused[0].error}")
    for task_id in task_ids:
        await tasks.assign(work, task_id, to)

"""Hanging tags on opportunities that the actor sees, and taking them off.

Tags are no part of an opportunity as it is shown, so its version stays.
"""

from collections.abc import Sequence

from dealwright.errors import Invalid, NotFound
from dealwright.opportunity_tags import queries
from dealwright.tags import actions as tags
from dealwright.tags.rules import Tagged, demand_key
from dealwright.work import Work

AT_ONCE = 1000


async def attach(work: Work, opportunity_id: int, title: str) -> None:
    """Hangs a tag on an opportunity. Raises Invalid, NotFound, Stale."""
    demand_key(title)
    await demand_seen(work, opportunity_id)
    await tags.attach(work, Tagged.OPPORTUNITY, [opportunity_id], title=title)


async def attach_many(work: Work, opportunity_ids: Sequence[int], title: str) -> None:
    """Hangs a tag on those of the opportunities that the actor sees, within a transaction.

    Raises Invalid.
    # differs: the reference stops at the first that it does not find.
    """
    demand_key(title)
    for start in range(0, len(opportunity_ids), AT_ONCE):
        some = [*opportunity_ids[start : start + AT_ONCE]]
        rows = await work.fetch(queries.seen(work.actor.is_admin), actor=work.actor.id, ids=some)
        await tags.attach(work, Tagged.OPPORTUNITY, [row[0] for row in rows], title=title)


async def detach(work: Work, opportunity_id: int, title: str) -> None:
    """Takes a tag off an opportunity. Raises Invalid, NotFound, Stale."""
    demand_key(title)
    await demand_seen(work, opportunity_id)
    await tags.detach(work, Tagged.OPPORTUNITY, [opportunity_id], title=title)


async def demand_seen(work: Work, opportunity_id: int) -> None:
    """Raises Invalid, NotFound, and Stale when If-Match names another version."""
    if opportunity_id <= 0:
        raise Invalid("entityid", "must be the id of an opportunity")
    statement = queries.seen(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, ids=[opportunity_id])
    if row is None:
        raise NotFound
    work.demand_version(*row)

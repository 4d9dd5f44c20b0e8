"""Changes of groups, for administrators of the portal. Each action refuses first, in a fixed order,
and then saves."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from dealwright.access import demand_portal_admin
from dealwright.errors import ConcurrentUpdate, Invalid, NotFound
from dealwright.people.groups import rules
from dealwright.people.groups.rules import Group
from dealwright.people.queries import everybody, teams
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import HEAD, Change, Insert, PutMany, Remove, Step, Update
from dealwright.wire.values import EMPTY_GUID
from dealwright.work import Work

ENTITY = "group"
NO_NUMBER = 0  # groups have GUIDs; the audit finds a group by the id among the changes


async def create(work: Work, *, name: str, manager: str | None, members: Sequence[str]) -> str:
    """Creates a group and returns its id. Raises Forbidden, Invalid."""
    demand_portal_admin(work.actor)
    group = rules.named(Group(str(uuid.uuid4()), ""), name)
    await _demand_people(work, "members", members)
    group = await _managed(work, rules.holding(group, members), "groupManager", manager)
    row = {"id": group.id, "name": group.name, "manager_id": group.manager_id}
    await _save(work, Insert(schema.team, row), None, group, "created")
    return group.id


async def update(
    work: Work, group_id: str, *, name: str | None, manager: str | None, members: Sequence[str]
) -> None:
    """Replaces what the input contains: name, manager (the empty id: none), members.

    Raises Forbidden, NotFound, Invalid.
    """
    before = await _found(work, group_id)
    after = before if name is None else rules.named(before, name)
    if members:
        await _demand_people(work, "members", members, known=before.members)
        after = rules.holding(after, members)
    await _change(work, before, await _managed(work, after, "groupManager", manager))


async def set_manager(work: Work, group_id: str, person_id: str) -> None:
    """Raises Forbidden, NotFound, Invalid."""
    before = await _found(work, group_id)
    await _change(work, before, await _managed(work, before, "userid", person_id))


async def add_members(work: Work, group_id: str, members: Sequence[str]) -> None:
    """Raises Forbidden, NotFound, Invalid."""
    before = await _found(work, group_id)
    await _demand_people(work, "members", members, known=before.members)
    await _change(work, before, rules.holding(before, before.members.union(members)))


async def replace_members(work: Work, group_id: str, members: Sequence[str]) -> None:
    """Raises Forbidden, NotFound, Invalid."""
    before = await _found(work, group_id)
    await _demand_people(work, "members", members, known=before.members)
    await _change(work, before, rules.holding(before, members))


async def remove_members(work: Work, group_id: str, members: Sequence[str]) -> None:
    """Users who are not members are skipped. Raises Forbidden, NotFound."""
    before = await _found(work, group_id)
    await _change(work, before, rules.holding(before, before.members.difference(members)))


async def move_members(work: Work, group_id: str, new_group_id: str) -> None:
    """Moves all members of one group to another. Raises Forbidden, NotFound. Needs a
    transaction."""
    source, target = await _found(work, group_id), await _found(work, new_group_id)
    if source == target:
        return
    # differs: the reference leaves them in the first group as well.
    await _change(work, source, rules.holding(source, ()))
    await _change(work, target, rules.holding(target, target.members | source.members))


async def delete(work: Work, group_id: str) -> None:
    """Deletes a group; its users stay. Raises Forbidden, NotFound."""
    before = await _found(work, group_id)
    trail = [("id", group_id, None), *difference(before, None, without=("id",))]
    gone = (
        Remove(schema.team_member, {"team_id": group_id}),
        Remove(schema.team, {"id": group_id}),
        entry(work, ENTITY, "deleted", trail, entity_id=NO_NUMBER),
    )
    await work.save(Change(None, gone))
    work.invalidate(teams)


async def _found(work: Work, group_id: str) -> Group:
    demand_portal_admin(work.actor)
    team = (await work.cached(teams)).get(group_id)
    if team is None:
        raise NotFound("group not found")
    return Group(team.id, team.name, team.manager_id, frozenset(team.members))


async def _managed(work: Work, group: Group, parameter: str, person_id: str | None) -> Group:
    """None keeps the manager; the empty id removes it."""
    if person_id is None:
        return group
    if person_id == EMPTY_GUID:
        return rules.managed(group, None)
    await _demand_people(work, parameter, [person_id], known=(group.manager_id,))
    return rules.managed(group, person_id)


async def _demand_people(
    work: Work, parameter: str, ids: Sequence[str], *, known: Collection[str | None] = ()
) -> None:
    """Only active users can be added to a group; existing members may stay. Raises Invalid."""
    people = await work.cached(everybody)
    for person_id in ids:
        person = people.get(person_id)
        if person_id not in known and (person is None or person.is_terminated):
            raise Invalid(parameter, f"must name active users, not {person_id}")


async def _change(work: Work, before: Group, after: Group) -> None:
    if before != after:
        # Fields that others change at the same time keep their change; an update needs at least one
        # column.
        names = [
            each for each in ("name", "manager_id") if getattr(before, each) != getattr(after, each)
        ]
        row = {name: getattr(after, name) for name in names or ["id"]}
        await _save(work, Update(schema.team, after.id, row), before, after, "updated")


async def _save(
    work: Work, head: Insert | Update, before: Group | None, after: Group, action: str
) -> None:
    changes = [("id", after.id, after.id), *difference(before, after, without=("id",))]
    trail = entry(work, ENTITY, action, changes, entity_id=NO_NUMBER)
    try:
        row = await work.save(Change(head, (*_members(before, after), trail)))
    except ForeignKeyViolation:  # a user was deleted after being read
        work.invalidate(everybody, teams)
        raise ConcurrentUpdate from None
    work.invalidate(teams)
    if row is None:
        raise ConcurrentUpdate


def _members(before: Group | None, after: Group) -> Iterator[Step]:
    stored = before.members if before else frozenset()
    left, joined = stored - after.members, after.members - stored
    if left:
        yield Remove(schema.team_member, {"team_id": HEAD, "person_id": sorted(left)})
    if joined:
        rows: list[dict[str, Any]] = [{"person_id": each} for each in sorted(joined)]
        yield PutMany(schema.team_member, {"team_id": HEAD}, rows, "nothing")

"""Routes of groups: every user reads them, administrators of the portal change them."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.people.groups import actions, reads
from dealwright.people.groups.shapes import Group
from dealwright.people.shapes import GroupSummary
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Length
from dealwright.work import Work

Text = Annotated[str, Length(255)]

route = Routes("", gate=access.anyone)


class GroupPath(msgspec.Struct, kw_only=True, frozen=True):
    group_id: Guid


class Search(msgspec.Struct, kw_only=True, frozen=True):
    group_name: Text = ""


class PersonPath(msgspec.Struct, kw_only=True, frozen=True):
    user_id: Guid


class New(msgspec.Struct, kw_only=True, frozen=True):
    """`groupManager` becomes a member of the group."""

    group_manager: Guid | None = None
    group_name: Text = ""
    members: list[Guid] = []


class Change(GroupPath, kw_only=True, frozen=True):
    """An absent member keeps its value; an empty id as `groupManager` removes the manager. Absent,
    null or empty `members` keep the members."""

    group_manager: Guid | None = None
    group_name: Text | None = None
    members: list[Guid] = []


class Members(GroupPath, kw_only=True, frozen=True):
    members: list[Guid] = []


class Leader(GroupPath, kw_only=True, frozen=True):
    """`userid`: the manager, who becomes a member; the empty id: none."""

    user_id: Guid


class Move(GroupPath, kw_only=True, frozen=True):
    new_group_id: Guid


@route.get("group")
async def groups(work: Work, paging: Paging) -> Listing[GroupSummary]:
    """Lists the groups."""
    return await reads.groups(work, paging)


@route.get("group/search")
async def search(work: Work, params: Search, paging: Paging) -> Listing[GroupSummary]:
    """Lists the groups whose name contains a text."""
    return await reads.groups(work, paging, name=params.group_name)


@route.get("group/user/{userid}")
async def groups_of(work: Work, params: PersonPath, paging: Paging) -> Listing[GroupSummary]:
    """Lists the groups that a user belongs to."""
    return await reads.groups(work, paging, member=params.user_id)


@route.get("group/{groupid}")
async def view(work: Work, params: GroupPath) -> Group:
    """Gives a group with its members."""
    return await reads.group(work, params.group_id)


@route.post("group")
async def create(work: Work, params: New) -> Group:
    """Makes a group. Administrators of the portal only."""
    made = await actions.create(
        work, name=params.group_name, manager=params.group_manager, members=params.members
    )
    return await reads.group(work, made)


@route.put("group/{groupid}")
async def update(work: Work, params: Change) -> Group:
    """Changes a group. Administrators of the portal only."""
    await actions.update(
        work,
        params.group_id,
        name=params.group_name,
        manager=params.group_manager,
        members=params.members,
    )
    return await reads.group(work, params.group_id)


@route.delete("group/{groupid}")
async def delete(work: Work, params: GroupPath) -> Group:
    """Deletes a group and gives it as it was; its users stay. Administrators of the portal only."""
    access.demand_portal_admin(work.actor)
    before = await reads.group(work, params.group_id)
    await actions.delete(work, params.group_id)
    return before


@route.post("group/{groupid}/members")
async def add_members(work: Work, params: Members) -> Group:
    """Adds users to a group. Administrators of the portal only."""
    await actions.add_members(work, params.group_id, params.members)
    return await reads.group(work, params.group_id)


@route.put("group/{groupid}/members")
async def replace_members(work: Work, params: Members) -> Group:
    """Replaces the members of a group. Administrators of the portal only."""
    await actions.replace_members(work, params.group_id, params.members)
    return await reads.group(work, params.group_id)


@route.delete("group/{groupid}/members")
async def remove_members(work: Work, params: Members) -> Group:
    """Removes users from a group. Administrators of the portal only."""
    await actions.remove_members(work, params.group_id, params.members)
    return await reads.group(work, params.group_id)


@route.put("group/{groupid}/manager")
async def set_manager(work: Work, params: Leader) -> Group:
    """Sets the manager of a group. Administrators of the portal only."""
    await actions.set_manager(work, params.group_id, params.user_id)
    return await reads.group(work, params.group_id)


@route.put("group/{groupid}/members/{newgroupid}", mode=Mode.TRANSACTION)
async def move_members(work: Work, params: Move) -> Group:
    """Moves all members of a group to another one, and gives that. Administrators of the portal
    only."""
    await actions.move_members(work, params.group_id, params.new_group_id)
    return await reads.group(work, params.new_group_id)

"""The groups of people as pages of the settings."""

from typing import Any

import msgspec

from dealwright import access
from dealwright.people.groups import actions
from dealwright.people.queries import teams
from dealwright.people.reads import directory
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import EMPTY_GUID
from dealwright.work import Work

page = Routes("", gate=access.demand_portal_admin)
GROUPS = "/settings/groups"


class GroupPath(msgspec.Struct, kw_only=True, frozen=True):
    group: str


@page.get("settings/groups")
async def show(page: PageRequest) -> Response:
    """The groups with their members, and the forms to change them."""
    return await _groups(page)


@page.post("settings/groups")
async def create(page: PageRequest) -> Response:
    """Adds a group."""
    name, members, manager = _typed(page)

    async def change(work: Work) -> str:
        made = await actions.create(work, name=name, manager=manager, members=members)
        return forms.undo_by(f"{GROUPS}/{made}/delete", {"sure": 1})

    return await _saved(page, change, page.say("Added: %(title)s", title=name))


@page.post("settings/groups/{group}")
async def update(page: PageRequest, params: GroupPath) -> Response:
    """Changes name, members and lead of a group."""
    name, members, manager = _typed(page)

    async def change(work: Work) -> str:
        before = (await work.cached(teams)).get(params.group)
        await actions.replace_members(work, params.group, members)
        await actions.update(work, params.group, name=name, manager=manager, members=())
        if before is None:
            return ""
        old = {
            "name": before.name,
            "members": list(before.members),
            "manager": before.manager_id or "",
        }
        return forms.undo_by(f"{GROUPS}/{params.group}", old)

    return await _saved(page, change, page.say("Saved"))


@page.post("settings/groups/{group}/delete")
async def delete(page: PageRequest, params: GroupPath) -> Response:
    """Deletes a group; its people stay."""
    name = ""

    async def change(work: Work) -> str:
        nonlocal name
        before = (await work.cached(teams)).get(params.group)
        await actions.delete(work, params.group)
        if before is None:
            return ""
        name = before.name
        return forms.undo_by(
            GROUPS,
            {"name": name, "members": list(before.members), "manager": before.manager_id or ""},
        )

    return await _saved(page, change, page.say("The group is deleted"))


def _typed(page: PageRequest) -> tuple[str, list[str], str]:
    members = page.texts("members")
    return page.text("name"), members, page.text("manager") or EMPTY_GUID


async def _groups(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        known = await directory(work)
        named = {each.id: known.brief(each).display_name for each in known.living()}
        people = [(each.id, named[each.id]) for each in known.living() if not each.is_terminated]
        return {
            "groups": [*known.teams.values()],
            "people": sorted(people, key=lambda each: each[1].casefold()),
            "names": named,
        }

    values = await page.read(look)
    status = 400 if problem else 200
    return page.page("people/groups/groups.html", status=status, problem=problem, **values)


async def _saved(page: PageRequest, change: Any, said: str) -> Response:
    return await forms.saved(
        page, change, said=said, back=GROUPS, show=lambda problem: _groups(page, problem)
    )

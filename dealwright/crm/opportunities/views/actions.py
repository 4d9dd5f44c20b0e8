"""Changing saved views, top to bottom in the order things are refused and done.

Views are personal settings: their changes are not in the audit trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec

from dealwright.crm.opportunities.board.address import NAMES, filter_of
from dealwright.crm.opportunities.views import queries, rules
from dealwright.crm.opportunities.views.rules import View
from dealwright.errors import ConcurrentUpdate, Conflict, Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Insert, Remove, Run, Update
from dealwright.wire import cursor
from dealwright.work import Work

_PURPOSE = "deleted view"
_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class ViewInput:
    """What a view becomes; None keeps a value. `filter`: the parameters of pages by name."""

    title: str | None = None
    icon: str | None = None
    is_shared: bool | None = None
    filter: Mapping[str, str] | None = None


async def visible(work: Work) -> list[View]:
    """The views that the actor sees, in their order."""
    statement = queries.visible(work.actor.is_admin)
    return queries.views_of(await work.fetch(statement, actor=work.actor.id))


async def view(work: Work, view_id: int) -> View:
    """Raises NotFound."""
    for each in await visible(work):
        if each.id == view_id:
            return each
    raise NotFound


async def create(work: Work, inputs: ViewInput) -> View:
    """A new view of the actor, behind their others. Raises Invalid."""
    own = [each for each in await visible(work) if each.person_id == work.actor.id]
    if len(own) >= rules.MOST_VIEWS:
        raise Invalid("title", f"is one too many: you may have {rules.MOST_VIEWS} views")
    place = max((each.sort_order for each in own), default=0) + 1
    empty = View(0, work.actor.id, "", "", place, False, {}, work.now, 1, can_edit=True)
    made = _changed(
        work, empty, replace(inputs, title=inputs.title or "", filter=inputs.filter or {})
    )
    saved = await work.save(Change(Insert(schema.saved_view, _row(made))))
    return replace(made, id=int(saved[0]))


async def update(work: Work, view_id: int, inputs: ViewInput) -> View:
    """Changes what the input names; gives the view as it became. Raises NotFound, Forbidden,
    Stale, Invalid."""
    before = await view(work, view_id)
    rules.demand_edit(before)
    work.demand_version(before.id, before.version)
    after = replace(_changed(work, before, inputs), version=before.version + 1)
    where = {"version": before.version}
    change = Change(Update(schema.saved_view, before.id, _row(after), where))
    if await work.save(change) is None:
        raise ConcurrentUpdate
    return after


async def reorder(work: Work, ids: Sequence[int]) -> None:
    """Puts the named views first, in this order. Raises NotFound, Forbidden."""
    placed = [(each.id, each.sort_order) for each in rules.reordered(await visible(work), ids)]
    if placed:
        await work.save(Change(None, (Run(queries.PLACE, {"placed": placed}),)))


async def delete(work: Work, view_id: int) -> tuple[View, str]:
    """Deletes a view; gives it, and the token that brings it back for a day. Raises NotFound,
    Forbidden, Stale."""
    gone = await view(work, view_id)
    rules.demand_edit(gone)
    work.demand_version(gone.id, gone.version)
    await work.save(Change(None, (Remove(schema.saved_view, {"id": gone.id}),)))
    secret = (await work.cached(current)).secret
    kept = {**asdict(gone), "filter": dict(gone.filter)}
    return gone, cursor.seal(secret, _PURPOSE, [work.actor.id, work.now, kept])


async def restore(work: Work, token: str) -> View:
    """Brings a deleted view back, once, for who deleted it. Raises Invalid, Conflict."""
    secret = (await work.cached(current)).secret
    try:
        actor, moment, kept = cursor.opened(secret, _PURPOSE, token)
    except Invalid:
        raise Invalid("token", "must be the token that deleting a view gave") from None
    if actor != work.actor.id or moment < work.now - _DAY:
        raise Invalid("token", "belongs to another user, or is older than a day")
    back = msgspec.convert(kept, View)
    row = {"id": back.id, **_row(back)}
    if await work.save(Change(Insert(schema.saved_view, row, on_conflict="nothing"))) is None:
        raise Conflict("The view is there again")
    return back


def _changed(work: Work, before: View, inputs: ViewInput) -> View:
    found = (
        before if inputs.filter is None else replace(before, filter=_demanded(work, inputs.filter))
    )
    return replace(
        found,
        title=before.title if inputs.title is None else rules.demand_title(inputs.title),
        icon=before.icon if inputs.icon is None else rules.demand_icon(inputs.icon),
        is_shared=before.is_shared if inputs.is_shared is None else inputs.is_shared,
    )


def _demanded(work: Work, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """The parameters in the fixed order of addresses. Raises Invalid for a value that pages do not
    take."""
    kept = {name: parameters[name] for name in NAMES if parameters.get(name)}
    filter_of(kept, work.settings.timezone)
    return rules.demand_filter(kept)


def _row(view: View) -> dict[str, Any]:
    return {
        "entity": queries.ENTITY,
        "person_id": view.person_id,
        "title": view.title,
        "icon": view.icon,
        "sort_order": view.sort_order,
        "is_shared": view.is_shared,
        "filter": msgspec.json.encode(view.filter).decode(),
        "columns": "[]",
        "created_on": view.created_on,
        "version": view.version,
    }

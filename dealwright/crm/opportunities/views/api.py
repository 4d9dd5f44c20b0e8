"""Routes of saved views."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.opportunities.views import actions, reads
from dealwright.crm.opportunities.views.actions import ViewInput
from dealwright.crm.opportunities.views.parameters import parameters_of
from dealwright.crm.opportunities.views.shapes import SavedView
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class ViewPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class ViewBody(msgspec.Struct, kw_only=True, frozen=True):
    """`filter`: a query for `crm/opportunity/filter`, such as stageType=Open&isOverdue=true;
    `icon`: empty, or star, flag, clock, coins, calendar, users, building, globe, heart, late, tag,
    eye, truck or phone; `isShared`: whether every user of the CRM sees the view."""

    title: Annotated[str, Length(255)] | None = None
    icon: Annotated[str, Length(255)] | None = None
    filter: Annotated[str, Length(4000)] | None = None
    is_shared: bool | None = None

    def inputs(self) -> ViewInput:
        kept = None if self.filter is None else parameters_of(self.filter)
        return ViewInput(self.title, self.icon, self.is_shared, kept)


class ViewChange(ViewBody, kw_only=True, frozen=True):
    id: Id


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """Views that are not named come after those that are."""

    ids: list[int] = []


@route.get("opportunity/view")
async def every(work: Work) -> list[SavedView]:
    """Lists your saved views, then those that others share."""
    return await reads.every(work)


@route.get("opportunity/view/{id:id}")
async def view(work: Work, params: ViewPath) -> Answer[SavedView]:
    """Returns one saved view."""
    return await reads.one(work, params.id)


@route.post("opportunity/view", mode=Mode.TRANSACTION)
async def create(work: Work, params: ViewBody) -> Answer[SavedView]:
    """Saves a filter of opportunities as a view of yours."""
    return await reads.shown(work, await actions.create(work, params.inputs()))


@route.put("opportunity/view/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: ViewChange) -> Answer[SavedView]:
    """Changes a saved view. A shared one is changed by its owner and by administrators."""
    return await reads.shown(work, await actions.update(work, params.id, params.inputs()))


@route.put("opportunity/view/reorder", mode=Mode.TRANSACTION)
async def reorder(work: Work, params: Order) -> list[SavedView]:
    """Puts saved views in the order of their ids as sent."""
    await actions.reorder(work, params.ids)
    return await reads.every(work)


@route.delete("opportunity/view/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: ViewPath) -> SavedView:
    """Deletes a saved view and returns it. A shared one is deleted by its owner and by
    administrators."""
    gone, _ = await actions.delete(work, params.id)
    return (await reads.shown(work, gone)).value

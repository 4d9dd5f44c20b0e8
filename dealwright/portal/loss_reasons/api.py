"""Routes of loss reasons."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.loss_reasons import actions, reads
from dealwright.portal.loss_reasons.shapes import LossReason, LossReasonSettings
from dealwright.portal.settings.actions import put, setting_of
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class ReasonPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class New(msgspec.Struct, kw_only=True, frozen=True):
    title: Annotated[str, Length(250)] = ""


class Change(ReasonPath, kw_only=True, frozen=True):
    title: Annotated[str, Length(250)] = ""


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """Entries that are not named come after those that are."""

    ids: list[int] = []


class Rule(msgspec.Struct, kw_only=True, frozen=True):
    """`isRequired`: the API refuses to lose an opportunity without a reason."""

    is_required: bool = False


@route.get("lossreason")
async def every(work: Work) -> list[LossReason]:
    """Lists the loss reasons in their order."""
    return await reads.every(work)


@route.get("lossreason/{id:id}")
async def view(work: Work, params: ReasonPath) -> LossReason:
    """Returns one loss reason."""
    return await reads.one(work, params.id)


@route.post("lossreason", mode=Mode.TRANSACTION)
async def create(work: Work, params: New) -> LossReason:
    """Adds a loss reason at the end. Administrators only."""
    return await reads.one(work, await actions.create(work, params.title))


@route.put("lossreason/{id:id}", mode=Mode.TRANSACTION)
async def rename(work: Work, params: Change) -> LossReason:
    """Renames a loss reason. Administrators only."""
    await actions.rename(work, params.id, params.title)
    return await reads.one(work, params.id)


@route.put("lossreason/reorder", mode=Mode.TRANSACTION)
async def reorder(work: Work, params: Order) -> list[LossReason]:
    """Puts the loss reasons in the order of their ids as sent. Administrators only."""
    await actions.reorder(work, params.ids)
    shown = {each.id: each for each in await reads.every(work)}
    return [shown[id] for id in dict.fromkeys(params.ids)]


@route.delete("lossreason/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: ReasonPath) -> LossReason:
    """Deletes a loss reason that no opportunity has and returns it. Administrators only."""
    access.demand_admin(work.actor)
    before = await reads.one(work, params.id)
    await actions.delete(work, params.id)
    return before


@route.get("settings/lossreason")
async def view_rule(work: Work) -> LossReasonSettings:
    """Returns whether an opportunity can be lost without a reason."""
    rule = await setting_of(work, actions.LOSS_REASON_RULE)
    return LossReasonSettings(is_required=rule.is_required)


@route.put("settings/lossreason")
async def set_rule(work: Work, params: Rule) -> LossReasonSettings:
    """Sets whether every lost opportunity must have a reason. Administrators only."""
    rule = actions.LossReasonRule(params.is_required)
    await put(work, actions.LOSS_REASON_RULE, rule)
    return LossReasonSettings(is_required=rule.is_required)

"""Routes of pipelines."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.pipelines import actions, reads
from dealwright.portal.pipelines.shapes import Pipeline
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class PipelinePath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class New(msgspec.Struct, kw_only=True, frozen=True):
    title: Annotated[str, Length(250)] = ""


class Change(PipelinePath, kw_only=True, frozen=True):
    title: Annotated[str, Length(250)] = ""


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """Entries that are not named come after those that are."""

    ids: list[int] = []


@route.get("pipeline")
async def every(work: Work) -> list[Pipeline]:
    """Lists the pipelines with their stages."""
    return await reads.every(work)


@route.get("pipeline/{id:id}")
async def view(work: Work, params: PipelinePath) -> Pipeline:
    """Returns one pipeline with its stages."""
    return await reads.one(work, params.id)


@route.post("pipeline", mode=Mode.TRANSACTION)
async def create(work: Work, params: New) -> Pipeline:
    """Adds a pipeline at the end. Administrators only."""
    return await reads.one(work, await actions.create(work, params.title))


@route.put("pipeline/{id:id}", mode=Mode.TRANSACTION)
async def rename(work: Work, params: Change) -> Pipeline:
    """Renames a pipeline. Administrators only."""
    await actions.rename(work, params.id, params.title)
    return await reads.one(work, params.id)


@route.put("pipeline/reorder", mode=Mode.TRANSACTION)
async def reorder(work: Work, params: Order) -> list[Pipeline]:
    """Puts the pipelines in the order of their ids as sent. Administrators only."""
    await actions.reorder(work, params.ids)
    shown = {each.id: each for each in await reads.every(work)}
    return [shown[id] for id in dict.fromkeys(params.ids)]


@route.delete("pipeline/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: PipelinePath) -> Pipeline:
    """Deletes a pipeline without stages and returns it as it was. Administrators only."""
    access.demand_admin(work.actor)
    before = await reads.one(work, params.id)
    await actions.delete(work, params.id)
    return before

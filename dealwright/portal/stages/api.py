"""Routes of the stages of the pipeline."""

from dataclasses import replace
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.stages import actions, rules, shapes
from dealwright.portal.stages.rules import StageType
from dealwright.portal.stages.shapes import Stage
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Wished(msgspec.Struct, kw_only=True, frozen=True):
    """The values of a stage. An opportunity that is moved to it takes `successProbability`,
    0…100."""

    title: Annotated[str, Length(250)] = ""
    description: Annotated[str, Length(65_000)] = ""
    color: Annotated[str, Length(255)] = ""
    success_probability: int = 0
    stage_type: StageType = StageType.OPEN
    rotting_days: int | None = None

    @property
    def stage(self) -> rules.Stage:
        return rules.Stage(
            id=0,
            title=self.title,
            description=self.description,
            color=self.color,
            sort_order=0,
            success_probability=self.success_probability,
            stage_type=int(self.stage_type),
            rotting_days=self.rotting_days or 0,
        )


class New(Wished, kw_only=True, frozen=True):
    """`pipelineId`: the pipeline it belongs to; the portal's first one where absent."""

    pipeline_id: int = rules.DEFAULT_PIPELINE


class StagePath(msgspec.Struct, kw_only=True, frozen=True):
    stage_id: Id


class Named(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class Change(Wished, kw_only=True, frozen=True):
    id: Id


class Color(Named, kw_only=True, frozen=True):
    color: Annotated[str, Length(255)] = ""


class RottingLimit(Named, kw_only=True, frozen=True):
    rotting_days: int = 0


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """Stages that are not named come after those that are."""

    ids: list[int] = []


@route.get("opportunity/stage", mode=Mode.HEAVY)
async def every(work: Work, paging: Paging) -> Listing[Stage]:
    """Lists the stages in the order of the pipeline."""
    return arrange(await shapes.every(work), paging)


@route.get("opportunity/stage/{stageid:id}")
async def view(work: Work, params: StagePath) -> Stage:
    """Gives one stage."""
    return await shapes.one(work, params.stage_id)


@route.post("opportunity/stage", mode=Mode.TRANSACTION)
async def create(work: Work, params: New) -> Stage:
    """Adds a stage at the end of its pipeline. Administrators only."""
    requested = replace(params.stage, pipeline_id=params.pipeline_id)
    return await shapes.one(work, await actions.create(work, requested))


@route.put("opportunity/stage/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> Stage:
    """Replaces a stage without opportunities. Administrators only."""
    await actions.update(
        work, params.id, params.stage, keeps_rotting_days=params.rotting_days is None
    )
    return await shapes.one(work, params.id)


@route.put("opportunity/stage/{id:id}/color", mode=Mode.TRANSACTION)
async def recolor(work: Work, params: Color) -> Stage:
    """Changes the colour of a stage, also while it has opportunities. Administrators only."""
    await actions.recolor(work, params.id, params.color)
    return await shapes.one(work, params.id)


@route.put("opportunity/stage/{id:id}/rotting", mode=Mode.TRANSACTION)
async def limit_rotting(work: Work, params: RottingLimit) -> Stage:
    """Sets after how many days without a touch an opportunity on a stage is rotting; 0 means never.

    Also while the stage is used. Administrators only."""
    await actions.set_rotting_days(work, params.id, params.rotting_days)
    return await shapes.one(work, params.id)


@route.put("opportunity/stage/reorder", mode=Mode.TRANSACTION)
async def reorder(work: Work, params: Order) -> list[Stage]:
    """Puts the stages in the order of their ids as sent. Administrators only."""
    await actions.reorder(work, params.ids)
    shown = {stage.id: stage for stage in await shapes.every(work)}
    return [shown[stage_id] for stage_id in dict.fromkeys(params.ids)]


@route.delete("opportunity/stage/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Named) -> Stage:
    """Deletes a stage without opportunities, and gives it as it was.

    Administrators only.
    """
    access.demand_admin(work.actor)
    before = await shapes.one(work, params.id)
    await actions.delete(work, params.id)
    return before

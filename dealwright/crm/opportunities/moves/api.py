"""Routes that move, assign, tag and re-date opportunities."""

from typing import Annotated

import msgspec
from msgspec.structs import replace

from dealwright import access
from dealwright.crm.opportunities.moves import actions
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.crm.opportunities.reads import changed
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.crm.opportunities.undo.shapes import UNDO, Outcome
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Id, Length, Moment, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class To(msgspec.Struct, kw_only=True, frozen=True):
    """The stage, and on a closed one the final amount, when it closed (now where absent), and why
    it was lost."""

    stage_id: int = 0
    bid_value: Money | None = None
    actual_close_date: Moment | None = None
    loss_reason_id: int | None = None
    loss_comment: Annotated[str, Length(2000)] | None = None

    def move(self, *, after_id: int = 0, before_id: int = 0) -> Move:
        return Move(
            stage_id=self.stage_id,
            after_id=after_id,
            before_id=before_id,
            bid_value=self.bid_value,
            closed_on=self.actual_close_date,
            loss_reason_id=self.loss_reason_id,
            loss_comment=self.loss_comment,
        )


class MoveOne(To, kw_only=True, frozen=True):
    """`afterId` is the opportunity above, `beforeId` the one below; with neither it goes to the
    top."""

    opportunity_id: Id
    after_id: int = 0
    before_id: int = 0


class MoveMany(To, kw_only=True, frozen=True):
    ids: list[int] = []


class Assign(msgspec.Struct, kw_only=True, frozen=True):
    ids: list[int] = []
    responsible_id: Guid = ""


class TagMany(msgspec.Struct, kw_only=True, frozen=True):
    """`add` and `remove` are titles of tags."""

    ids: list[int] = []
    add: list[Annotated[str, Length(255)]] = []
    remove: list[Annotated[str, Length(255)]] = []


class CloseDateBody(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id
    expected_close_date: Moment | None = None


@route.put("opportunity/{opportunityid:id}/move", mode=Mode.TRANSACTION)
async def move(work: Work, params: MoveOne) -> Answer[Opportunity]:
    """Moves an opportunity to a stage and to a place between two others there.

    The header `X-Undo` holds the token that takes this back."""
    wished = params.move(after_id=params.after_id, before_id=params.before_id)
    token = await actions.move(work, params.opportunity_id, wished)
    return replace(await changed(work, params.opportunity_id), headers={UNDO: token})


@route.put("opportunity/{opportunityid:id}/expected", mode=Mode.TRANSACTION)
async def set_close_date(work: Work, params: CloseDateBody) -> Answer[Opportunity]:
    """Sets when an opportunity is expected to close; without a date it is unset.

    The header `X-Undo` holds the token that takes this back."""
    token = await actions.set_close_date(work, params.opportunity_id, params.expected_close_date)
    return replace(await changed(work, params.opportunity_id), headers={UNDO: token})


@route.put("opportunity/move", mode=Mode.TRANSACTION)
async def move_many(work: Work, params: MoveMany) -> Outcome:
    """Moves up to 500 opportunities to a stage, and says which could not be moved and why."""
    return await actions.move_many(work, params.ids, params.move())


@route.put("opportunity/assign", mode=Mode.TRANSACTION)
async def assign_many(work: Work, params: Assign) -> Outcome:
    """Makes a user responsible for up to 500 opportunities, and says which could not be changed."""
    return await actions.assign_many(work, params.ids, params.responsible_id)


@route.put("opportunity/tags", mode=Mode.TRANSACTION)
async def tag_many(work: Work, params: TagMany) -> Outcome:
    """Adds tags to up to 500 opportunities and removes others."""
    return await actions.tag_many(work, params.ids, add=params.add, remove=params.remove)

"""Changes that the board makes: moving, closing, adding, small edits; each can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dealwright.crm.opportunities import actions, ranks, repository, rules
from dealwright.crm.opportunities.board import queries
from dealwright.crm.opportunities.inputs import Fields, stored
from dealwright.crm.opportunities.placing import Loss, placed
from dealwright.errors import Invalid, NotFound
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work


@dataclass(frozen=True, slots=True)
class Move:
    stage_id: int
    after_id: int = 0
    before_id: int = 0
    amount: int | None = None
    closed_on: int | None = None
    loss_reason_id: int = 0
    loss_comment: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    amount: int | None = None
    expected_on: int | None = None
    owner: str = ""


class Moved(NamedTuple):
    stage: str
    undo: str


async def move(work: Work, opportunity_id: int, inputs: Move) -> Moved:
    stage = (await work.cached(pipeline)).get(inputs.stage_id)
    if stage is None:
        raise Invalid("stage", "must be the id of a stage")
    before = (await repository.load(work, opportunity_id)).before
    to = rules.Stage(
        id=stage.id, stage_type=stage.stage_type, success_probability=stage.success_probability
    )
    after = rules.move(before, to, now=work.now) if before.stage_id != stage.id else before
    if inputs.amount is not None:
        after = replace(after, bid_value=inputs.amount)
    if inputs.closed_on is not None:
        after = replace(after, actual_close_on=inputs.closed_on)
    rows = await work.fetch(queries.RANKS, ids=[inputs.after_id, inputs.before_id])
    known = dict(rows)
    above, below = known.get(inputs.after_id, ""), known.get(inputs.before_id, "")
    rank = ranks.between(above, below, salt=opportunity_id) if above or below else ""
    loss = Loss(inputs.loss_reason_id or None, inputs.loss_comment or None)
    after = await placed(work, after, before, stage, rank=rank, loss=loss)
    await repository.save(work, before, after, "moved", stage=stage)
    return Moved(stage.title, "")


async def undo(work: Work, token: str) -> Sequence[int]:
    raise NotFound


async def edit(work: Work, opportunity_id: int, inputs: Edit) -> str:
    """Changes what the small form of a card holds; the token that takes it back. Raises NotFound,
    Stale, Invalid."""
    before = (await repository.load(work, opportunity_id)).before
    fields = replace(
        stored(before),
        bid_value=before.bid_value if inputs.amount is None else inputs.amount,
        expected_close_date=inputs.expected_on,
        responsible_id=inputs.owner or before.responsible_id,
    )
    await actions.update(work, opportunity_id, fields, values=(), notify=False)
    return ""


async def add(
    work: Work,
    *,
    title: str,
    amount: int,
    currency: str,
    expected_on: int | None,
    stage_id: int,
) -> int:
    """A new opportunity of the actor on top of a column; its id. Raises Invalid."""
    stage = (await work.cached(pipeline)).get(stage_id)
    fields = Fields(
        title=title,
        responsible_id=work.actor.id,
        stage_id=stage_id,
        bid_currency_abbr=currency,
        bid_value=amount,
        success_probability=stage.success_probability if stage else 0,
        expected_close_date=expected_on,
    )
    return await actions.create(work, fields, values=(), notify=False)

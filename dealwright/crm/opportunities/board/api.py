"""The routes of boards."""

from typing import Annotated

from msgspec import structs

from dealwright import access
from dealwright.crm.opportunities.board import reads, shapes
from dealwright.crm.opportunities.board.shapes import BoardAnswer, ColumnAnswer
from dealwright.crm.opportunities.filters import Filter, resolve
from dealwright.crm.opportunities.shapes import references
from dealwright.errors import Invalid
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
MOST_CARDS = 200  # of a column at a time


class ColumnParams(Filter, kw_only=True, frozen=True):
    """`next` is the `nextCursor` of the column; absent, its first cards."""

    stage_id: int = 0
    next: Annotated[str, Length(1000)] = ""


@route.get("opportunity/board", mode=Mode.HEAVY)
async def board(work: Work, params: Filter, paging: Paging) -> BoardAnswer:
    """Gives one pipeline as a board: every stage with its sums and its first `count` cards.

    Every number counts all that the filters leave, not the cards that are shown. Closed stages hold
    what closed between `closedFrom` and `closedTo`; without both this month.
    """
    period = None
    if params.closed_from is not None or params.closed_to is not None:
        period = reads.Period(params.closed_from or 0, (params.closed_to or work.now) + 1)
    open_too = structs.replace(params, pipeline_id=0, closed_from=None, closed_to=None)
    shown = await reads.board(
        work,
        await resolve(work, open_too, paging.filter_value),
        pipeline_id=params.pipeline_id,
        period=period,
        count=_cards(paging),
    )
    return shapes.board(shown, await references(work), work.now)


@route.get("opportunity/board/column", mode=Mode.HEAVY)
async def column(work: Work, params: ColumnParams, paging: Paging) -> ColumnAnswer:
    """Gives the next cards of one stage, from top to bottom."""
    if params.stage_id <= 0:
        raise Invalid("stageId", "must be the id of a stage")
    filter_params = await resolve(work, params, paging.filter_value)
    shown = await reads.column(
        work, filter_params, params.stage_id, params.next, count=_cards(paging)
    )
    return shapes.further(shown, await references(work), reads.today(work), work.now)


def _cards(paging: Paging) -> int:
    """`count` as sent, at most 200; 50 when absent or 0."""
    return min(paging.count, MOST_CARDS) if 0 < paging.count < 1000 else reads.CARDS

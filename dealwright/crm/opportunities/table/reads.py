"""Reading one page of the list: the ids in their order, then the cards of these ids."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.crm.opportunities import queries
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board.rules import Card, Sums
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.work import Work

ROWS = 100  # of a page


class Found(NamedTuple):
    """`sums` is over everything that matches; `number` is the page that is shown."""

    cards: Sequence[Card]
    sums: Sums
    number: int


async def page(
    work: Work, filter_params: FilterParams, *, sort: str, descending: bool, number: int
) -> Found:
    """One page of the opportunities that a filter leaves; a number behind the last page gives the
    last one."""
    sums = await boards.totals(work, filter_params)
    number = max(1, min(number, -(-sums.number // ROWS)))
    if not sums.number:
        return Found([], sums, 1)
    statement = queries.page(
        work.actor.is_admin, filter_params.filters, sort, descending, total=False, after=False
    )
    binds = {"actor": work.actor.id, "limit": ROWS, "offset": (number - 1) * ROWS}
    found = await work.fetch_with(statement, {**binds, **filter_params.values})
    return Found(await boards.cards(work, [row[0] for row in found]), sums, number)

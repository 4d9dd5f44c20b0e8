"""The list of opportunities as its templates need it: rows, heads that sort, pages."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.rules import Card, Day
from dealwright.crm.opportunities.board.screen import CardView, Query, StageView
from dealwright.crm.opportunities.table.columns import BY_NAME, SORTS, Column
from dealwright.portal.rates.rules import Rates
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work


class RowView(NamedTuple):
    """`converted` and `weighted` are in the portal's currency, None where there is no rate."""

    card: CardView
    stage: StageView
    converted: Decimal | None
    weighted: Decimal | None


class Head(NamedTuple):
    """`address` sorts by the column, empty where it cannot; `order`: as aria-sort names it."""

    column: Column
    address: str
    order: str


async def rows(work: Work, cards: Sequence[Card], rates: Rates) -> list[RowView]:
    stages = await work.cached(pipeline)
    names, day = await screen.names(work), boards.today(work)
    return [_row(work, card, stage_of(card.stage_id, stages), rates, names, day) for card in cards]


def stage_of(stage_id: int, stages: dict[int, Stage]) -> StageView:
    """A stage with its place among the open ones of its pipeline."""
    own = stages[stage_id]
    open_stages = [
        each.id
        for each in stages.values()
        if each.pipeline_id == own.pipeline_id and each.stage_type == StageType.OPEN
    ]
    return screen.stage_view(own, open_stages)


def _row(
    work: Work,
    card: Card,
    stage: StageView,
    rates: Rates,
    names: dict[str, str],
    day: Day,
) -> RowView:
    worth = rates.between(card.currency, rates.base)
    value = None if worth is None else card.amount * worth.factor
    return RowView(
        screen.card_view(card, day, names, work.now),
        stage,
        None if value is None else screen.amount(value, whole=True),
        None
        if value is None
        else screen.amount(value * Fraction(card.probability, 100), whole=True),
    )


def heads(path: str, query: Query, shown: Sequence[str], sort: str, *, down: bool) -> list[Head]:
    """A second click turns the order around; figures begin with the largest."""
    made = []
    for name in shown:
        column = BY_NAME[name]
        is_sorted = name == sort
        turned = not down if is_sorted else column.is_figure
        order = {"sort": name, "order": "descending"} if turned else {"sort": name}
        address = screen.address(path, {**query, **order}) if name in SORTS else ""
        said = ("descending" if down else "ascending") if is_sorted else ""
        made.append(Head(column, address, said))
    return made

"""Reading a board: every number over the whole filter, and the cards by fifties.

A board costs a fixed number of statements, whatever it holds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.opportunities.board import queries, rules
from dealwright.crm.opportunities.board.rules import Board, Card, Column, Day, Group, Marks
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.errors import Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.rates.queries import counting
from dealwright.portal.rates.rules import Rates
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.wire.cursor import opened, seal
from dealwright.work import Work

CARDS = 50  # of a column at a time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_steps = msgspec.json.Decoder(list[tuple[int, str, int, str | None, str | None]])


class Row(NamedTuple):
    """One row of `queries.cards`."""

    id: int
    version: int
    title: str
    bid_value: int
    currency: str
    stage_id: int
    probability: int
    expected_on: int | None
    closed_on: int | None
    responsible_id: str
    is_private: bool | int
    rank: str
    stage_since: int
    touched_on: int
    loss_reason_id: int | None
    periods: int
    can_edit: bool | int
    steps: str
    contact_id: int | None
    contact_name: str | None
    contact_is_company: bool | int | None


class Period(NamedTuple):
    """Which closed ones count: from a moment, up to another one."""

    start: int
    end: int


async def board(
    work: Work,
    filter_params: FilterParams,
    *,
    pipeline_id: int = 0,
    period: Period | None = None,
    count: int = CARDS,
) -> Board:
    """A pipeline (0: the first) with what a filter leaves of it; closed stages hold what closed in
    the period (None: this month). Raises NotFound for an unknown pipeline."""
    listed = await work.cached(pipelines)
    pipeline_id = pipeline_id or next(iter(listed))
    if pipeline_id not in listed:
        raise NotFound
    stages = [
        each for each in (await work.cached(pipeline)).values() if each.pipeline_id == pipeline_id
    ]
    rates, day = await counting(work), today(work)
    open_stages = [each.id for each in stages if each.stage_type == StageType.OPEN]
    binds = _binds(work, stages, open_stages, day, period or this_month(work), count)
    groups, marks, cards = await _read(work, filter_params, {**binds, **filter_params.values})
    by_stage: defaultdict[int, list[Group]] = defaultdict(list)
    for group in groups:
        by_stage[group.stage_id].append(group)
    known, rates_on = factors(groups, rates)
    columns = defaultdict(list)
    for card in cards:
        columns[card.stage_id].append(card)
    still_open = [group for group in groups if group.stage_id in open_stages]
    return Board(
        pipeline_id,
        rates.base,
        rates_on,
        rules.added(still_open, rates.base, known),
        rules.attention(marks.values()),
        [
            Column(
                stage.id,
                rules.added(by_stage[stage.id], rates.base, known),
                marks[stage.id].activity if stage.id in marks else rules.Activity(),
                columns[stage.id],
                await _cursor(work, filter_params, columns[stage.id], count=count),
            )
            for stage in stages
        ],
        day,
    )


def _binds(
    work: Work,
    stages: Sequence[Stage],
    open_stages: Sequence[int],
    day: Day,
    period: Period,
    count: int,
) -> dict[str, Any]:
    return {
        "actor": work.actor.id,
        "open_stages": open_stages,
        "closed_stages": [each.id for each in stages if each.id not in open_stages],
        "closed_from": period.start,
        "closed_until": period.end,
        "today": day.start,
        "tomorrow": day.end,
        "limit": count,
    }


async def _read(
    work: Work, filter_params: FilterParams, binds: Mapping[str, Any]
) -> tuple[list[Group], dict[int, Marks], list[Card]]:
    if filter_params.nothing:
        return [], {}, []
    shape = (work.actor.is_admin, filter_params.filters)
    groups = [Group(*row) for row in await work.fetch_with(queries.sums(*shape), binds)]
    marks = [Marks(*row) for row in await work.fetch_with(queries.marks(*shape), binds)]
    ids = [row[0] for row in await work.fetch_with(queries.first(*shape), binds)]
    return groups, {each.stage_id: each for each in marks}, await cards(work, ids)


async def totals(work: Work, filter_params: FilterParams) -> rules.Sums:
    """What everything that a filter leaves is worth together, open or closed."""
    rates, day, stages = (
        await counting(work),
        today(work),
        [*(await work.cached(pipeline)).values()],
    )
    binds = _binds(work, stages, [each.id for each in stages], day, this_month(work), 0)
    statement = queries.sums(work.actor.is_admin, filter_params.filters)
    rows = (
        []
        if filter_params.nothing
        else await work.fetch_with(statement, {**binds, **filter_params.values})
    )
    groups = [Group(*row) for row in rows]
    return rules.added(groups, rates.base, factors(groups, rates)[0])


async def column(
    work: Work, filter_params: FilterParams, stage_id: int, cursor: str, *, count: int = CARDS
) -> Column:
    """The next cards of a column; its numbers are left out. Raises NotFound for an unknown stage,
    Invalid for a cursor that is none of it."""
    if stage_id not in await work.cached(pipeline):
        raise NotFound
    secret = (await work.cached(current)).secret
    rank, id = opened(secret, (stage_id, filter_params.values), cursor) if cursor else ("", 0)
    if not isinstance(rank, str) or not isinstance(id, int):
        raise Invalid("cursor", "must be the nextCursor of this column")
    binds = {
        "actor": work.actor.id,
        "column": stage_id,
        "after_rank": rank,
        "after_id": id,
        "limit": count,
        **filter_params.values,
    }
    statement = queries.further(work.actor.is_admin, filter_params.filters)
    rows = [] if filter_params.nothing else await work.fetch_with(statement, binds)
    shown = await cards(work, [row[0] for row in rows])
    following = await _cursor(work, filter_params, shown, count=count)
    return Column(stage_id, rules.Sums(), rules.Activity(), shown, following)


async def matching(work: Work, filter_params: FilterParams, ids: Sequence[int]) -> list[Card]:
    """Those of some opportunities that a filter leaves, as cards."""
    binds = {"actor": work.actor.id, "ids": ids, **filter_params.values}
    statement = queries.matching(work.actor.is_admin, filter_params.filters)
    rows = [] if filter_params.nothing else await work.fetch_with(statement, binds)
    return await cards(work, [row[0] for row in rows])


async def cards(work: Work, ids: Sequence[int]) -> list[Card]:
    """The opportunities as cards, in the given order; what the actor does not see is left out."""
    if not ids:
        return []
    binds = {"actor": work.actor.id, "ids": ids}
    rows = [Row(*row) for row in await work.fetch_with(queries.cards(work.actor.is_admin), binds)]
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for owner, title in await work.fetch_with(queries.TAGS, binds):
        tags[owner].append(title)
    stages = await work.cached(pipeline)
    made = {row.id: _card(row, stages[row.stage_id], tags[row.id]) for row in rows}
    return [made[each] for each in ids if each in made]


def _card(row: Row, stage: Stage, tags: Sequence[str]) -> Card:
    contact = None
    if row.contact_id is not None:
        name = row.contact_name or ""
        contact = rules.Contact(row.contact_id, name, bool(row.contact_is_company))
    is_open = stage.stage_type == StageType.OPEN
    steps = _steps.decode(row.steps) if is_open else []
    return Card(
        id=row.id,
        version=row.version,
        title=row.title,
        contact=contact,
        amount=row.bid_value * row.periods,
        currency=row.currency,
        stage_id=row.stage_id,
        is_open=is_open,
        probability=row.probability,
        expected_on=row.expected_on,
        closed_on=row.closed_on,
        responsible_id=row.responsible_id,
        is_private=bool(row.is_private),
        can_edit=bool(row.can_edit),
        rank=row.rank,
        stage_since=row.stage_since,
        touched_on=row.touched_on,
        rotting_days=stage.rotting_days,
        loss_reason_id=row.loss_reason_id,
        next_step=rules.NextStep(*steps[0]) if steps else None,
        tags=tuple(tags),
    )


async def _cursor(
    work: Work, filter_params: FilterParams, shown: Sequence[Card], *, count: int
) -> str | None:
    """Where the cards behind the last one begin; None where that was the last of its column."""
    if len(shown) < count:
        return None
    secret, last = (await work.cached(current)).secret, shown[-1]
    return seal(secret, (last.stage_id, filter_params.values), [last.rank, last.id])


def factors(groups: Sequence[Group], rates: Rates) -> tuple[dict[str, Fraction], int]:
    """What currencies are worth in the portal's, and the oldest day that took part."""
    codes = {group.currency for group in groups}
    worths = {code: rates.between(code, rates.base) for code in codes}
    known = {code: worth for code, worth in worths.items() if worth is not None}
    oldest = min((worth.day for worth in known.values()), default=rates.today)
    return {code: worth.factor for code, worth in known.items()}, oldest


def today(work: Work) -> Day:
    """The day it is in the portal's zone."""
    zone = work.settings.timezone
    day = (_EPOCH + timedelta(microseconds=work.now)).astimezone(zone).date()
    midnights = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return Day(*((each - _EPOCH) // timedelta(microseconds=1) for each in midnights))


def this_month(work: Work) -> Period:
    """From the first day of the month, in the portal's zone, to the first of the next."""
    zone = work.settings.timezone
    day = (_EPOCH + timedelta(microseconds=work.now)).astimezone(zone).date().replace(day=1)
    following = (day + timedelta(days=31)).replace(day=1)
    midnights = (datetime.combine(each, time(), zone) for each in (day, following))
    return Period(*((each - _EPOCH) // timedelta(microseconds=1) for each in midnights))

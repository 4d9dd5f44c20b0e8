"""Reading a forecast: every number over the whole filter, and the cards by fifties.

A forecast costs a fixed number of statements, whatever it holds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board import rules as amounts
from dealwright.crm.opportunities.board.rules import Card, Group
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.forecast import queries, rules
from dealwright.crm.opportunities.forecast.rules import Bucket
from dealwright.crm.opportunities.forecast.shapes import Column, Forecast, Target
from dealwright.crm.opportunities.targets import actions as targets
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.errors import Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.rates.queries import counting
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.wire.cursor import opened, seal
from dealwright.work import Work

CARDS = boards.CARDS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def today(work: Work) -> date:
    """The day it is in the portal's zone."""
    moment = _EPOCH + timedelta(microseconds=work.now)
    return moment.astimezone(work.settings.timezone).date()


def buckets(work: Work, month: str, months: int = rules.MONTHS) -> list[Bucket]:
    """The columns from a month on ("2026-12"; empty: this one). Raises Invalid."""
    if not 1 <= months <= rules.MOST_MONTHS:
        raise Invalid("months", f"must be 1 to {rules.MOST_MONTHS}")
    day = today(work)
    return rules.buckets(rules.month_of(month, day), months, day, work.settings.timezone)


async def forecast(
    work: Work,
    filter_params: FilterParams,
    columns: Sequence[Bucket],
    *,
    pipeline_id: int = 0,
    owner: Owner | None = None,
    count: int = CARDS,
) -> Forecast:
    """What a filter leaves of a pipeline (0: the first), by month, with the targets of `owner` and
    the first `count` cards of each column. Raises NotFound for an unknown pipeline."""
    shape = (work.actor.is_admin, filter_params.filters)
    binds = {
        **await stages_of(work, pipeline_id),
        "buckets": _rows(columns),
        **filter_params.values,
    }
    rows = [] if filter_params.nothing else await work.fetch_with(queries.sums(*shape), binds)
    groups = [(bool(won), Group(*rest)) for won, *rest in rows]
    rates = await counting(work)
    factors, rates_on = boards.factors([group for _, group in groups], rates)

    def added(place: int, *, won: bool) -> amounts.Sums:
        chosen = [each for is_won, each in groups if is_won is won and each.stage_id == place]
        return amounts.added(chosen, rates.base, factors)

    listed = await _first(work, filter_params, binds, count)
    by_month = await targets.of_months(work, owner, columns[1].month, columns[-3].month, rates)
    return Forecast(
        rates.base,
        rates_on,
        amounts.added([each for won, each in groups if not won], rates.base, factors),
        [
            Column(
                bucket,
                added(place, won=False),
                added(place, won=True),
                listed[place],
                await _cursor(work, filter_params, bucket, listed[place], count),
                Target(by_month[bucket.month]) if bucket.month in by_month else None,
            )
            for place, bucket in enumerate(columns)
        ],
    )


async def _first(
    work: Work, filter_params: FilterParams, binds: Mapping[str, Any], count: int
) -> Mapping[int, list[Card]]:
    """The first cards of each bucket, by its place."""
    listed: defaultdict[int, list[Card]] = defaultdict(list)
    if filter_params.nothing or not count:
        return listed
    statement = queries.first(work.actor.is_admin, filter_params.filters)
    rows = await work.fetch_with(statement, {**binds, "limit": count})
    cards = {card.id: card for card in await boards.cards(work, [id for _, id in rows])}
    for place, id in rows:
        if id in cards:
            listed[place].append(cards[id])
    return listed


async def further(
    work: Work, filter_params: FilterParams, bucket: Bucket, cursor: str, *, pipeline_id: int = 0
) -> Column:
    """The next cards of a column; its numbers are left out. Raises Invalid for a cursor that is
    none of it, NotFound."""
    secret = (await work.cached(current)).secret
    place = (
        opened(secret, (bucket.key, filter_params.values), cursor)
        if cursor
        else [rules.UNDATED - 1, 0]
    )
    day, id = place if len(place) == 2 else (None, None)
    if not isinstance(day, int) or not isinstance(id, int):
        raise Invalid("cursor", "must be the nextCursor of this column")
    binds = {
        **await stages_of(work, pipeline_id),
        "buckets": _rows([bucket]),
        "after_day": day,
        "after_id": id,
        "limit": CARDS,
        **filter_params.values,
    }
    statement = queries.further(work.actor.is_admin, filter_params.filters)
    rows = [] if filter_params.nothing else await work.fetch_with(statement, binds)
    cards = await boards.cards(work, [row[0] for row in rows])
    following = await _cursor(work, filter_params, bucket, cards, CARDS)
    return Column(bucket, amounts.Sums(), amounts.Sums(), cards, following)


async def stages_of(work: Work, pipeline_id: int) -> Mapping[str, Any]:
    """The binds that say which stages count, and who asks. Raises NotFound for an unknown
    pipeline."""
    listed = await work.cached(pipelines)
    pipeline_id = pipeline_id or next(iter(listed))
    if pipeline_id not in listed:
        raise NotFound
    stages = [
        each for each in (await work.cached(pipeline)).values() if each.pipeline_id == pipeline_id
    ]
    return {
        "actor": work.actor.id,
        "open_stages": [each.id for each in stages if each.stage_type == StageType.OPEN],
        "won_stages": [each.id for each in stages if each.stage_type == StageType.CLOSED_AND_WON],
    }


def _rows(columns: Sequence[Bucket]) -> list[tuple[int, int, int, int]]:
    return [(place, each.since, each.until, each.won_since) for place, each in enumerate(columns)]


async def _cursor(
    work: Work, filter_params: FilterParams, bucket: Bucket, shown: Sequence[Card], count: int
) -> str | None:
    """Where the cards behind the last one begin; None where that was the last of its column."""
    if not count or len(shown) < count:
        return None
    secret, last = (await work.cached(current)).secret, shown[-1]
    day = rules.UNDATED if last.expected_on is None else last.expected_on
    return seal(secret, (bucket.key, filter_params.values), [day, last.id])

"""Reading what became of a pipeline in a period: summed in SQL, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dealwright.crm.insight import queries, rules
from dealwright.crm.insight.rules import Cycle, Month, Step
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board.rules import Card, Group, Sums, added
from dealwright.crm.opportunities.filters import Filter, FilterParams, resolve
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.shapes import Forecast
from dealwright.crm.opportunities.targets.rules import Owner
from dealwright.errors import Invalid, NotFound
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.rates.queries import counting
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work

AHEAD = 6  # months of the forecast
ROWS = 100  # of a list behind a number


@dataclass(frozen=True, slots=True)
class InsightCriteria:
    """Which pipeline (0: the first), how many months, and whose opportunities."""

    pipeline_id: int = 0
    months: int = rules.SPAN
    person: str | None = None
    team: str | None = None

    @property
    def owner(self) -> Owner | None:
        """Whose target counts: one person's or one team's."""
        is_one = (self.person is None) != (self.team is None)
        return Owner(self.person, self.team) if is_one else None


@dataclass(frozen=True, slots=True)
class Result:
    """What closed, won and lost."""

    won: Sums
    lost: Sums


@dataclass(frozen=True, slots=True)
class Insight:
    """`stages` are those of the pipeline, in their order; `reasons` and `people` are by id
    (the reason 0 is none), `tags` by title."""

    currency: str
    stages: Sequence[Stage]
    months: Sequence[Month]
    total: Result
    by_month: Sequence[Result]
    reasons: Mapping[int, Result]
    people: Mapping[str, Result]
    tags: Mapping[str, Result]
    funnel: Sequence[Step]
    cycle: Cycle
    velocity: Fraction
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Scope:
    """The same as binds: of the period, the stages of the pipeline, and the filter."""

    params: FilterParams
    stages: Sequence[Stage]
    months: Sequence[Month]
    binds: Mapping[str, Any]


async def insight(work: Work, criteria: InsightCriteria) -> Insight:
    """Raises NotFound for an unknown pipeline."""
    scope = await scope_of(work, criteria)
    rates = await counting(work)
    by = {each: await _closed(work, scope, each) for each in ("month", "reason", "person", "tag")}
    groups = [group for rows in by.values() for _, _, group in rows]
    factors, _ = boards.factors(groups, rates)

    def result(rows: Sequence[tuple[Any, bool, Group]]) -> Result:
        won, lost = ([group for _, won, group in rows if won is each] for each in (True, False))
        return Result(added(won, rates.base, factors), added(lost, rates.base, factors))

    def parted(name: str) -> dict[Any, Result]:
        parts = defaultdict(list)
        for row in by[name]:
            parts[row[0]].append(row)
        return {key: result(rows) for key, rows in parts.items()}

    total, by_month, cycle = result(by["month"]), parted("month"), await _cycle(work, scope)
    ahead = await forecasts.forecast(
        work,
        scope.params,
        forecasts.buckets(work, "", AHEAD),
        pipeline_id=criteria.pipeline_id,
        owner=criteria.owner,
        count=0,
    )
    return Insight(
        rates.base,
        scope.stages,
        scope.months,
        total,
        [by_month.get(place, result([])) for place in range(len(scope.months))],
        parted("reason"),
        parted("person"),
        parted("tag"),
        await _funnel(work, scope),
        cycle,
        rules.velocity(
            ahead.total.number,
            total.won.number,
            total.lost.number,
            total.won.converted,
            cycle.mean,
        ),
        ahead,
    )


async def listed(
    work: Work, criteria: InsightCriteria, *, by: str, of: int, number: int
) -> tuple[list[Card], int]:
    """The cards behind a number of the stage or the reason `of`, page by page (from 1), and how
    many there are. Raises NotFound, Invalid for a page that is none."""
    if number < 1 or number > 10_000:
        raise Invalid("page", "must be 1 to 10000")
    scope = await scope_of(work, criteria)
    statement = queries.listed(work.actor.is_admin, scope.params.filters, by)
    binds = {**scope.binds, "of": of, "limit": ROWS, "offset": (number - 1) * ROWS}
    rows = await work.fetch_with(statement, binds)
    cards = {card.id: card for card in await boards.cards(work, [id for id, _ in rows])}
    return [cards[id] for id, _ in rows if id in cards], rows[0][1] if rows else 0


async def scope_of(work: Work, criteria: InsightCriteria) -> Scope:
    """Raises NotFound for an unknown pipeline."""
    known = await work.cached(pipelines)
    pipeline_id = criteria.pipeline_id or next(iter(known))
    if pipeline_id not in known:
        raise NotFound
    every = (await work.cached(pipeline)).values()
    stages = [each for each in every if each.pipeline_id == pipeline_id]
    months = rules.months(forecasts.today(work), criteria.months, work.settings.timezone)
    params = await resolve(work, Filter(responsible_id=criteria.person, team_id=criteria.team), "")

    def of(kind: StageType) -> list[int]:
        return [each.id for each in stages if each.stage_type == kind]

    binds = {
        "actor": work.actor.id,
        "since": months[0].since,
        "until": months[-1].until,
        "won_stages": of(StageType.CLOSED_AND_WON),
        "lost_stages": of(StageType.CLOSED_AND_LOST),
        "months": [(place, each.since, each.until) for place, each in enumerate(months)],
        "places": [
            (id, place)
            for place, id in enumerate([*of(StageType.OPEN), *of(StageType.CLOSED_AND_WON)])
        ],
        **params.values,
    }
    return Scope(params, stages, months, binds)


async def _closed(work: Work, scope: Scope, by: str) -> list[tuple[Any, bool, Group]]:
    statement = queries.closed(work.actor.is_admin, scope.params.filters, by)
    return [
        (key, bool(won), Group(0, currency, periods, 100, *rest))
        for key, won, currency, periods, *rest in await work.fetch_with(statement, scope.binds)
    ]


async def _cycle(work: Work, scope: Scope) -> Cycle:
    statement = queries.cycle(work.actor.is_admin, scope.params.filters)
    number, seconds, low, high = (await work.fetch_with(statement, scope.binds))[0]
    if not number:
        return Cycle(0, None, None)
    return Cycle(number, seconds / number, (low + high) / 2)


async def _funnel(work: Work, scope: Scope) -> list[Step]:
    statement = queries.funnel(work.actor.is_admin, scope.params.filters)
    found = {row[0]: row[1:] for row in await work.fetch_with(statement, scope.binds)}
    steps = []
    for stage_id, _ in scope.binds["places"]:
        entered, went_on, stays, seconds, low, high = found.get(stage_id, (0, 0, 0, 0, None, None))
        mean, median = (seconds / stays, (low + high) / 2) if stays else (None, None)
        steps.append(Step(stage_id, entered, went_on, mean, median))
    return steps

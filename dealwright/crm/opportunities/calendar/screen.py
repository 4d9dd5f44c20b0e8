"""A calendar as its template needs it: days with what closes and what is due, and its addresses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Query
from dealwright.crm.opportunities.board.screen import SumsView
from dealwright.crm.opportunities.board.steps import ICONS
from dealwright.crm.opportunities.calendar import queries, rules
from dealwright.crm.opportunities.calendar.rules import Span
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast import screen as months
from dealwright.crm.opportunities.forecast.rules import Bucket
from dealwright.crm.opportunities.forecast.screen import MonthCard
from dealwright.work import Work

IN_MONTH, IN_WEEK = 4, 50  # closings, and tasks, that a day shows


class TaskRow(NamedTuple):
    """One row of `queries.tasks`."""

    id: int
    title: str
    deadline: int
    opportunity_id: int
    image: str | None
    can_edit: bool | int


class TaskView(NamedTuple):
    """`has_time`: it is due at a time of its day."""

    id: int
    title: str
    deadline: int
    opportunity_id: int
    icon: str
    can_edit: bool
    has_time: bool
    is_late: bool


class DayView(NamedTuple):
    """`number` and `sums` count every closing of the day; `further` are closings that are not
    shown, listed at `address`; `has_more` tells of tasks that are not shown."""

    day: date
    is_today: bool
    is_other: bool
    closings: Sequence[MonthCard]
    number: int
    sums: SumsView
    further: int
    address: str
    tasks: Sequence[TaskView]
    has_more: bool

    @property
    def is_bare(self) -> bool:
        return not self.closings and not self.tasks


async def days(
    work: Work, filter_params: FilterParams, span: Span, query: Query, *, pipeline_id: int
) -> list[DayView]:
    """Each day of a span, in a fixed number of statements."""
    zone, most = work.settings.timezone, IN_WEEK if span.is_week else IN_MONTH
    starts = [rules.start_of(day, zone) for day in (*span.days, span.days[-1] + timedelta(days=1))]
    # A won opportunity is no closing to come: none closed within an empty span.
    buckets = [
        Bucket(day.isoformat(), None, since, until, until)
        for day, since, until in zip(span.days, starts, starts[1:], strict=False)
    ]
    found = await forecasts.forecast(
        work, filter_params, buckets, pipeline_id=pipeline_id, count=most
    )
    tasks = await _tasks(work, filter_params, buckets, most, pipeline_id)
    today = forecasts.today(work)
    made = []
    for day, column in zip(span.days, found.columns, strict=True):
        closings = await months.cards(work, day.isoformat(), column.cards)
        own = tasks[day]
        listed = {**query, "expectedfrom": day.isoformat(), "expectedto": day.isoformat()}
        made.append(
            DayView(
                day,
                day == today,
                not span.is_week and day.month != span.first.month,
                closings,
                column.sums.number,
                screen.sums_view(column.sums, found.currency),
                column.sums.number - len(closings),
                screen.address("/opportunities", listed),
                own[:most],
                len(own) > most,
            )
        )
    return made


async def _tasks(
    work: Work, filter_params: FilterParams, buckets: Sequence[Bucket], most: int, pipeline_id: int
) -> dict[date, list[TaskView]]:
    zone = work.settings.timezone
    listed: defaultdict[date, list[TaskView]] = defaultdict(list)
    if filter_params.nothing:
        return listed
    binds = {
        **await forecasts.stages_of(work, pipeline_id),
        "spans": [(place, each.since, each.until) for place, each in enumerate(buckets)],
        "limit": most + 1,
        **filter_params.values,
    }
    shape = (work.actor.is_admin, filter_params.filters)
    ids = [row[1] for row in await work.fetch_with(queries.first(*shape), binds)]
    rows = await work.fetch(queries.tasks(work.actor.is_admin), actor=work.actor.id, ids=ids)
    for row in (TaskRow(*each) for each in rows):
        at = datetime.fromtimestamp(row.deadline / 1_000_000, zone)
        listed[at.date()].append(
            TaskView(
                row.id,
                row.title,
                row.deadline,
                row.opportunity_id,
                ICONS.get(row.image or "", "check"),
                bool(row.can_edit),
                (at.hour, at.minute) != (0, 0),
                row.deadline < work.now,
            )
        )
    return listed

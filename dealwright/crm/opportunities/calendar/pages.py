"""The calendar: what is expected to close and what is due, by month or week, and its dates."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board import reads as boards
from dealwright.crm.opportunities.board.address import filter_of, query_of
from dealwright.crm.opportunities.board.screen import address
from dealwright.crm.opportunities.board.strip import strip
from dealwright.crm.opportunities.calendar import rules, screen
from dealwright.crm.opportunities.calendar.rules import Span
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.rules import added, key_of, month_of
from dealwright.crm.tasks import actions as tasks
from dealwright.errors import CrmError, NotFound
from dealwright.ui.page import PageRequest, came_from, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
CALENDAR = "/opportunities/calendar"


class TaskPath(msgspec.Struct, kw_only=True, frozen=True):
    task: Id


@page.get("opportunities/calendar")
async def show(page: PageRequest) -> Response:
    """A month, or with `week` the week of a day."""

    async def read(work: Work) -> dict[str, Any]:
        query, span = query_of(page), _span(page, work)
        filter_params = await filters.resolve(work, filter_of(query, page.zone), page.text("text"))
        pipeline_id = typed.whole(page.text("pipeline"))
        board = await boards.board(work, filter_params, pipeline_id=pipeline_id, count=1)
        return {
            "board": await strip(page, work, board, query, CALENDAR),
            "days": await screen.days(work, filter_params, span, query, pipeline_id=pipeline_id),
            "span": span,
            "last": span.days[-1],
            **_addresses(span, query),
        }

    values = await page.read(read, heavy=True)
    return page.page("crm/opportunities/calendar/calendar.html", **values)


@page.get("opportunities/calendar/tasks/{task:id}")
async def ask(page: PageRequest, params: TaskPath) -> Response:
    """The day on which a task is due, to be changed."""
    return await _asking(page, params.task)


@page.post("opportunities/calendar/tasks/{task:id}")
async def redate(page: PageRequest, params: TaskPath) -> Response:
    """Moves a task to another day; its time stays."""

    async def write(work: Work) -> date:
        before = (await tasks.changeable(work, params.task)).deadline
        typed.day(page.text("day"), page.zone, field="day")
        zone = work.settings.timezone
        day = rules.day_of(page.text("day"))
        await tasks.set_deadline(work, params.task, rules.moved(before, day, zone))
        return typed.date_of(before, zone)

    try:
        before = await page.write(write, transaction=True)
    except NotFound:
        raise
    except CrmError as error:
        return await _asking(page, params.task, problem=error.text, status=400)
    undo = f"{CALENDAR}/tasks/{params.task}?day={before}"
    page.toast(page.say("New date saved"), undo=undo)
    if page.is_fragment:
        page.trigger("opportunities", {"ids": [], "isStale": True})
        return page.fragment("crm/opportunities/cards/nothing.html")
    return page.redirect(_back(page))


async def _asking(
    page: PageRequest, task_id: int, *, problem: str = "", status: int = 200
) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        task = await tasks.changeable(work, task_id)
        day = typed.date_of(task.deadline, work.settings.timezone)
        shown = page.text("day") or day.isoformat()
        return {"task": task, "day": shown, "problem": problem, "back": _back(page)}

    values = await page.read(read)
    answer = page.fragment if page.is_fragment else page.page
    return answer("crm/opportunities/calendar/task.html", status=status, **values)


def _span(page: PageRequest, work: Work) -> Span:
    """Raises Invalid."""
    formats: Any = page.templates.globals["formats"]
    today, first_weekday = forecasts.today(work), formats.locale.first_week_day
    if page.text("week"):
        return rules.week(rules.day_of(page.text("week")), first_weekday)
    return rules.month(month_of(page.text("month"), today), first_weekday)


def _addresses(span: Span, query: dict[str, str]) -> dict[str, str]:
    """Where the neighbours of a span are, and the other kind of span."""
    if span.is_week:
        of: Callable[[int], dict[str, str]] = lambda step: {  # noqa: E731
            "week": (span.first + timedelta(days=7 * step)).isoformat()
        }
        middle = span.days[3]
        other = {"month": key_of(middle)}
    else:
        of = lambda step: {"month": key_of(added(span.first, step))}  # noqa: E731
        other = {"week": span.first.isoformat()}
    return {
        "before": address(CALENDAR, {**query, **of(-1)}),
        "after": address(CALENDAR, {**query, **of(1)}),
        "other": address(CALENDAR, {**query, **other}),
        "today": address(CALENDAR, query),
    }


def _back(page: PageRequest) -> str:
    chosen = page.text("back") or came_from(page.request)
    is_form = chosen.startswith(f"{CALENDAR}/tasks/")
    return safe_next(chosen) if chosen and not is_form else CALENDAR

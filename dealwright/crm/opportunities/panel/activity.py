"""What goes on around an opportunity: its tasks, its files, and its timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dealwright.crm.audit_trail import reads as audit_trail
from dealwright.crm.files import reads as files
from dealwright.crm.history import filters as event_filters
from dealwright.crm.history import reads as history
from dealwright.crm.opportunities.board import reads as board
from dealwright.crm.opportunities.panel import timeline
from dealwright.crm.opportunities.panel.timeline import Days, Entry
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.crm.tasks import filters as task_filters
from dealwright.crm.tasks import reads as tasks
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.stages.queries import pipeline
from dealwright.wire.paging import Paging
from dealwright.work import Work

SHOWN = 50  # entries of the timeline at a time
MOST_TASKS, MOST_FILES = 50, 50
ALL, NOTES, CHANGES = "all", "notes", "changes"
Names = Mapping[str, str]


class Task(NamedTuple):
    id: int
    title: str
    category: str
    contact: Any
    deadline: datetime
    is_overdue: bool
    is_today: bool
    has_time: bool
    is_closed: bool
    owner_id: str
    owner_name: str
    can_edit: bool


class Tasks(NamedTuple):
    """The open ones by deadline, and those that are done; `more` are not listed."""

    open: Sequence[Task]
    done: Sequence[Task]
    more: int


class Files(NamedTuple):
    """The newest first; `more` are not listed."""

    listed: Sequence[Any]
    more: int


class Timeline(NamedTuple):
    """`shown` is all, notes or changes; `earlier`: the moment up to which there is more."""

    days: Sequence[Days]
    earlier: int | None
    shown: str


class _Part(NamedTuple):
    """Entries, and how far back they reach where there are earlier ones."""

    entries: Sequence[Entry]
    reach: int | None


async def of_tasks(work: Work, opportunity_id: int, names: Names) -> Tasks:
    params = task_filters.Filter(entity_type="opportunity", entity_id=opportunity_id)
    found = await tasks.page(work, task_filters.resolve(params, ""), Paging(count=MOST_TASKS))
    day = board.today(work)
    views = [_task(each, day, work, names) for each in found.rows]
    return Tasks(
        [each for each in views if not each.is_closed],
        [each for each in views if each.is_closed],
        max(0, (found.total or 0) - len(views)),
    )


def _task(each: Any, day: Any, work: Work, names: Names) -> Task:
    deadline = _moment(each.deadline).astimezone(work.settings.timezone)
    due = _micros(deadline)
    return Task(
        id=each.id,
        title=each.title,
        category=each.category.title if each.category else "",
        contact=each.contact,
        deadline=deadline,
        is_overdue=due < day.start,
        is_today=day.start <= due < day.end,
        has_time=(deadline.hour, deadline.minute) != (0, 0),
        is_closed=each.is_closed,
        owner_id=each.responsible.id,
        owner_name=names.get(each.responsible.id, ""),
        can_edit=each.can_edit,
    )


async def of_files(work: Work, opportunity_id: int) -> Files:
    paging = Paging(count=MOST_FILES, descending=True)
    found = await files.page(work, "opportunity", opportunity_id, paging)
    return Files(found.rows, max(0, (found.total or 0) - len(found.rows)))


async def of_timeline(
    work: Work,
    opportunity: Opportunity,
    names: Names,
    contacts: Mapping[int, str],
    *,
    shown: str,
    until: int | None,
    can_edit: bool,
    days: Mapping[int, int],
) -> Timeline:
    """Events and changes in one list, the newest first, up to a moment. `days`: how long a stay
    on a stage took, by the moment at which it ended."""
    parts: list[_Part] = []
    if shown != CHANGES:
        parts.append(await _events(work, opportunity.id, until))
    if shown != NOTES:
        to = timeline.References(
            names,
            {id: each.title for id, each in (await work.cached(pipeline)).items()},
            contacts,
            {id: each.label for id, each in (await work.cached(definitions)).items()},
            days,
        )
        parts.append(await _changes(work, opportunity, until, to, can_edit=can_edit))
    entries, earlier = joined(parts, until)
    return Timeline(timeline.by_days(entries, work.settings.timezone), earlier, shown)


async def _events(work: Work, opportunity_id: int, until: int | None) -> _Part:
    params = event_filters.Filter(
        entity_type="opportunity", entity_id=opportunity_id, to_date=until
    )
    filter_params = await event_filters.resolve(work, params, "")
    found = await history.page(work, filter_params, Paging(count=SHOWN))
    listed = [timeline.from_event(each, _micros(_moment(each.created))) for each in found.rows]
    return _Part(listed, listed[-1].on if len(listed) == SHOWN else None)


async def _changes(
    work: Work,
    opportunity: Opportunity,
    until: int | None,
    to: timeline.References,
    *,
    can_edit: bool,
) -> _Part:
    rows = await audit_trail.newest(work, "opportunity", opportunity.id, count=SHOWN, until=until)
    listed = timeline.from_trail(rows, to, currency=opportunity.bid_currency, can_edit=can_edit)
    return _Part(listed, rows[-1][0].on if len(rows) == SHOWN else None)


def joined(parts: Sequence[_Part], until: int | None) -> tuple[list[Entry], int | None]:
    """The entries of all parts as far back as every part reaches, and where the earlier ones
    begin."""
    end = max((part.reach for part in parts if part.reach is not None), default=None)
    entries = [each for part in parts for each in part.entries]
    if end is None:
        return entries, None
    if end == until:  # more happened in one moment than is shown at a time
        return entries, end - 1
    return [each for each in entries if each.on > end], end


def _moment(text: str) -> datetime:
    """A moment as the API writes it."""
    return datetime.fromisoformat(text)


def _micros(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)

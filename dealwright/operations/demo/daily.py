"""Writes the diary of the invented team into the portal: tasks, cases, events and documents, each
by its author and at its moment."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from dealwright.crm.cases import actions as cases
from dealwright.crm.files import repository as files
from dealwright.crm.files.actions import TEXT
from dealwright.crm.history import actions as history
from dealwright.crm.tasks import actions as tasks
from dealwright.operations.demo.play import Play
from dealwright.operations.demo.rules import About, Case, Event, Paper, Task
from dealwright.portal.categories.rules import CategoryKind
from dealwright.work import Work

Happening = tuple[int, Callable[[], Awaitable[None]]]


def happenings(play: Play) -> Iterator[Happening]:
    """What happened and when, in no order."""
    diary = play.story.diary
    for place, case in enumerate(diary.cases):
        yield case.on, partial(_case, play, place, case)
        if case.closed_on is not None:
            yield case.closed_on, partial(_close_case, play, place, case)
    for place, task in enumerate(diary.tasks):
        yield task.on, partial(_task, play, place, task)
        if task.closed_on is not None:
            yield task.closed_on, partial(_close_task, play, place, task)
    for event in diary.events:
        yield event.on, partial(_event, play, event)


async def _case(play: Play, place: int, invented: Case) -> None:
    inputs = _CaseWishes(
        title=invented.title,
        members=[play.contacts[member] for member in invented.members],
        is_private=bool(invented.access),
        access_list=play.people(invented.access),
    )
    work = play.by(invented.by, invented.on)
    play.cases[place] = await cases.create(work, inputs, values=(), notify=False)


async def _close_case(play: Play, place: int, invented: Case) -> None:
    work = play.by(invented.by, invented.closed_on or 0)
    await cases.finish(work, play.cases[place], is_closed=True)


async def _task(play: Play, place: int, invented: Task) -> None:
    entity_type, entity_id, contact_id = _about(play, invented.about)
    inputs = _TaskWishes(
        title=invented.title,
        deadline=invented.deadline,
        responsible_id=play.people((invented.responsible,))[0],
        category_id=play.lists[CategoryKind.TASK_CATEGORY][invented.category],
        entity_type=entity_type,
        entity_id=entity_id,
    )
    work = play.by(invented.by, invented.on)
    made = await tasks.create(work, inputs, contact_id=contact_id, notify=False)
    play.tasks[place] = made


async def _close_task(play: Play, place: int, invented: Task) -> None:
    await tasks.close(play.by(invented.responsible, invented.closed_on or 0), play.tasks[place])


async def _event(play: Play, invented: Event) -> None:
    work = play.by(invented.by, invented.on)
    entity_type, entity_id, contact_id = _about(play, invented.about)
    inputs = _EventWishes(
        contact_id=contact_id,
        entity_type=entity_type,
        entity_id=entity_id,
        category_id=play.lists[CategoryKind.HISTORY_CATEGORY][invented.category],
        content=invented.content,
        file_id=await _papers(work, invented.papers),
    )
    await history.create(work, inputs, notified=())


async def _papers(work: Work, papers: Sequence[Paper]) -> list[int]:
    new = [
        files.New(paper.title, TEXT, work.files.put_now(paper.text.encode())) for paper in papers
    ]
    return await files.add(work, new) if new else []


def _about(play: Play, invented: About) -> tuple[str, int, int]:
    """The type and the id of the opportunity or case, and the id of the contact."""
    contact = 0 if invented.contact is None else play.contacts[invented.contact]
    if invented.opportunity is not None:
        return "opportunity", play.opportunities[invented.opportunity], contact
    if invented.case is not None:
        return "case", play.cases[invented.case], contact
    return "", 0, contact


@dataclass(frozen=True, slots=True, kw_only=True)
class _CaseWishes:
    """What is asked of the cases' actions: see `cases.rules.Wishes`."""

    external_id: str | None = None
    title: str
    members: list[int]
    is_private: bool
    access_list: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _TaskWishes:
    """What is asked of the tasks' actions: see `tasks.rules.Wishes`."""

    external_id: str | None = None
    title: str
    description: str = ""
    deadline: int
    responsible_id: str
    category_id: int
    entity_type: str
    entity_id: int
    alert_value: int = 0  # no reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class _EventWishes:
    """What is asked of the history's actions: see `history.rules.Wishes`."""

    contact_id: int
    entity_type: str
    entity_id: int
    category_id: int
    content: str
    created: int | None = None
    file_id: list[int]

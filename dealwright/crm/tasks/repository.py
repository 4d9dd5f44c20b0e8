"""Loads a task to change it and stores what differs: the only code that writes its tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dealwright.crm.tasks import queries
from dealwright.crm.tasks.rules import Hidden, Task
from dealwright.errors import ConcurrentUpdate, Forbidden, Invalid, NotFound
from dealwright.portal.categories.queries import items
from dealwright.records.audit.actions import differing
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables, hold
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.queue.outbox import job, jobs, jobs_at
from dealwright.storage.statements.change import Change, Insert, PutMany, Step, Update
from dealwright.storage.text import Folded, sort_key
from dealwright.work import Work

KIND = RecordTables("task", "task_id", schema.task, schema.task_text)
DUE = "task_due"  # the job that sends the reminder of a task


class Loaded(NamedTuple):
    """The start of a change: the stored task, and what of it the actor may not see."""

    before: Task
    hidden: Hidden


async def load(work: Work, task_id: int) -> Loaded:
    """Loads a task to change it. Raises NotFound, Forbidden for a task that the actor may only
    read, and Stale when If-Match names another version."""
    if task_id <= 0:
        raise Invalid("taskid", "must be the id of a task")
    statement = queries.load(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, id=task_id)
    if row is None:
        raise NotFound
    *scalars, can_edit, contact_is_seen, entity_is_seen = row
    stored: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    before = Task(**stored | {"is_closed": bool(stored["is_closed"])})
    if not can_edit:
        raise Forbidden
    work.demand_version(task_id, before.version)
    hidden = Hidden(
        contact=before.contact_id is not None and not contact_is_seen,
        entity=before.has_entity and not entity_is_seen,
    )
    return Loaded(before, hidden)


async def save(
    work: Work, before: Task, after: Task, action: str, *, notices: tuple[Step, ...] = ()
) -> None:
    """Stores what differs. Raises Conflict for an externalId that is in use, and ConcurrentUpdate
    when the row is no longer the one that the decision was based on; the action then runs again."""
    words, now = refolded(_searched(before), _searched(after))
    head = KIND.change(_row(work, before, words), _row(work, after, now), before)
    await _save(work, head, before, after, action, (*KIND.words(words, now), *notices))


async def add(work: Work, task: Task, *, notices: tuple[Step, ...] = ()) -> int:
    """Stores a new task and returns its id. Raises Conflict for an externalId that is in use."""
    words = words_of(*_searched(task))
    head = Insert(schema.task, _row(work, task, words))
    return await _save(work, head, None, task, "created", (*KIND.words(None, words), *notices))


async def add_many(work: Work, tasks: Sequence[Task]) -> list[int]:
    """Stores new tasks without an externalId and returns their ids in the same order.

    Uses the same number of statements for many as for one. Needs a transaction.
    """
    if not tasks:
        return []
    folded = [words_of(*_searched(task)) for task in tasks]
    new_rows = [_row(work, task, words) for task, words in zip(tasks, folded, strict=True)]
    await hold(work, KIND.entity, new_rows)
    rows = [(place, *(each[name] for name in queries.ADDED)) for place, each in enumerate(new_rows)]
    try:
        ids = sorted(row[0] for row in await work.fetch(queries.ADD, given=rows))
    except ForeignKeyViolation as violation:
        work.invalidate(items)
        raise ConcurrentUpdate from violation
    new = list(zip(ids, tasks, strict=True))
    words = [{"id": id, "words": each.words} for id, each in zip(ids, folded, strict=True)]
    changes = {id: changes_of(None, task) for id, task in new}
    alerts = {id: task.alert_on for id, task in new if task.alert_on is not None}
    steps: list[Step] = [
        PutMany(schema.task_text, {}, words),
        differing(work, KIND.entity, "created", changes),
        jobs(f"{KIND.entity}.created", ids, now=work.now),
    ]
    if alerts:
        steps.append(jobs_at(DUE, alerts, now=work.now))
    await work.save(Change(None, tuple(steps)))
    return ids


async def touch(
    work: Work,
    before: Task,
    action: str,
    *,
    columns: Mapping[str, Any],
    changes: Collection[tuple[str, Any, Any]],
) -> None:
    """Stores something outside of `rules.Task`, with the same version check as `save`."""
    changed = {"version": before.version + 1, **columns}
    head = Update(schema.task, before.id, changed, {"version": before.version})
    await KIND.save(work, head, (), action=action, changes=changes)


async def remove(work: Work, before: Task) -> None:
    """Moves a task to the trash."""
    await KIND.move_to_trash(work, before)


async def _save(
    work: Work,
    head: Insert | Update,
    before: Task | None,
    after: Task,
    action: str,
    notices: tuple[Step, ...],
) -> int:
    steps = [
        *_reminder(work, before, after),
        *notices,
    ]
    try:
        return await KIND.save(work, head, steps, action=action, changes=changes_of(before, after))
    except ForeignKeyViolation as violation:
        # Its category or its record was deleted since this process read it: read it again.
        work.invalidate(items)
        raise ConcurrentUpdate from violation


def _reminder(work: Work, before: Task | None, after: Task) -> Iterator[Step]:
    """The job that sends the reminder. A job of an earlier version finds another `alert_on` and
    does nothing."""
    alert = after.alert_on
    if alert is not None and (before is None or before.alert_on != alert):
        yield job(DUE, {"on": alert}, now=work.now, due_on=alert)


def changes_of(before: Task | None, after: Task) -> list[tuple[str, Any, Any]]:
    """The differences that the audit trail records."""
    return difference(before, after, without=_NOT_AUDITED)


_NOT_AUDITED = ("id", "version", "created_by", "created_on", "alert_on")


def _row(work: Work, task: Task, words: Folded) -> dict[str, Any]:
    """The columns of the task's own table."""
    return {
        "external_id": task.external_id,
        "title": task.title,
        "title_key": sort_key(task.title),
        "description": task.description,
        "deadline": task.deadline,
        "responsible_id": task.responsible_id,
        "category_id": task.category_id,
        "contact_id": task.contact_id,
        "opportunity_id": task.opportunity_id,
        "case_id": task.case_id,
        "is_closed": task.is_closed,
        "alert_value": task.alert_value,
        "alert_on": task.alert_on,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": task.created_by,
        "created_on": task.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": task.version,
    }


def _searched(task: Task) -> Searched:
    return tuple(getattr(task, name) for name in schema.task_text.info["searched"]), (), ()

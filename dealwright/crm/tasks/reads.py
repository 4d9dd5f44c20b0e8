"""Reads tasks: one, a page of a list, and the result of a change."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.contacts.reads import primary
from dealwright.crm.tasks import queries, shapes
from dealwright.crm.tasks.filters import FilterParams, order
from dealwright.crm.tasks.shapes import Task
from dealwright.errors import Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.records import listing
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work, version_of


async def view(work: Work, task_id: int) -> Answer[Task]:
    """One task. Raises NotFound."""
    if task_id <= 0:
        raise Invalid("taskid", "must be the id of a task")
    return await _view(work, task_id, is_trusted=False)


async def changed(work: Work, task_id: int) -> Answer[Task]:
    """The task after the actor's change, even if they may no longer see it."""
    return await _view(work, task_id, is_trusted=True)


async def _view(work: Work, task_id: int, *, is_trusted: bool) -> Answer[Task]:
    statement = queries.view(work.actor.is_admin, is_trusted)
    row = await work.row(statement, actor=work.actor.id, id=task_id)
    if row is None:
        raise NotFound
    [task] = await _build(work, [row])
    return Answer(value=task, etag=version_of(task.id, row[shapes.VERSION]))


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Task]:
    """One page with its total, by `startIndex` or by `cursor`. Open tasks come first."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def show(work: Work, task_ids: Sequence[int]) -> list[Task]:
    """The tasks in the given order, without those that the actor may not see."""
    if not task_ids:
        return []
    statement = queries.rows(work.actor.is_admin)
    found = await work.fetch(statement, actor=work.actor.id, ids=task_ids)
    rows = {task.id: task for task in await _build(work, found)}
    return [rows[each] for each in task_ids if each in rows]


async def _build(work: Work, rows: Sequence[Sequence[Any]]) -> list[Task]:
    contact_ids = {id for row in rows if (id := shapes.contact_of(row)) is not None}
    emails = await primary(work, sorted(contact_ids), InfoType.EMAIL)
    to = await shapes.references(work)
    return [shapes.task(row, emails, to) for row in rows]

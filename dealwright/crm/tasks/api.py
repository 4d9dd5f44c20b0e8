"""The routes of tasks: a list, one task, and its changes."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.tasks import actions, filters, reads
from dealwright.crm.tasks.filters import Filter
from dealwright.crm.tasks.rules import MOST_MINUTES
from dealwright.crm.tasks.shapes import Task
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Between, Guid, Id, Length, Moment
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Said(msgspec.Struct, kw_only=True, frozen=True):
    """The values of a task. `entityType` is opportunity or case and goes with `entityid`;
    `alertValue` is the number of minutes before the deadline at which the responsible user gets a
    reminder, 0 for none; without `responsibleid` a new task belongs to the caller."""

    title: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    deadline: Moment | None = None
    responsible_id: Guid | None = None
    category_id: int = 0
    entity_type: str = ""
    entity_id: int = 0
    is_notify: bool = False
    alert_value: Annotated[int, Between(0, MOST_MINUTES)] = 0
    external_id: Annotated[str, Length(255)] | None = None


class TaskBody(Said, kw_only=True, frozen=True):
    contact_id: int = 0


class Group(Said, kw_only=True, frozen=True):
    contact_id: list[int] = []


class TaskPath(msgspec.Struct, kw_only=True, frozen=True):
    task_id: Id


class Change(TaskBody, kw_only=True, frozen=True):
    task_id: Id


class CreationDate(TaskPath, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(TaskPath, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


@route.get("task/filter", is_heavy=filters.is_heavy)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[Task]:
    """Lists the tasks that match all given filters: open tasks first, then by deadline."""
    return await reads.page(work, filters.resolve(params, paging.filter_value), paging)


@route.get("task/{taskid:id}")
async def view(work: Work, params: TaskPath) -> Answer[Task]:
    """Returns one task."""
    return await reads.view(work, params.task_id)


@route.post("task")
async def create(work: Work, params: TaskBody) -> Answer[Task]:
    """Creates a task."""
    created = await actions.create(
        work, params, contact_id=params.contact_id, notify=params.is_notify
    )
    return await reads.changed(work, created)


@route.post("contact/task/group", mode=Mode.TRANSACTION)
async def create_for_each(work: Work, params: Group) -> list[Task]:
    """Creates the same task for each of several contacts. Those that you may not see are
    skipped."""
    created = await actions.create_for_each(
        work, params, params.contact_id, notify=params.is_notify
    )
    return await reads.show(work, created)


@route.put("task/{taskid:id}")
async def update(work: Work, params: Change) -> Answer[Task]:
    """Replaces a task: absent values become empty, except responsible and externalId. It stays open
    or closed."""
    await actions.update(
        work, params.task_id, params, contact_id=params.contact_id, notify=params.is_notify
    )
    return await reads.changed(work, params.task_id)


@route.put("task/{taskid:id}/close")
async def close(work: Work, params: TaskPath) -> Answer[Task]:
    """Closes a task."""
    await actions.close(work, params.task_id)
    return await reads.changed(work, params.task_id)


@route.put("task/{taskid:id}/reopen")
async def reopen(work: Work, params: TaskPath) -> Answer[Task]:
    """Reopens a task."""
    await actions.reopen(work, params.task_id)
    return await reads.changed(work, params.task_id)


@route.delete("task/{taskid:id}")
async def delete(work: Work, params: TaskPath) -> Answer[Task]:
    """Moves a task to the trash and returns it as it was."""
    before = await reads.view(work, params.task_id)
    await actions.delete(work, params.task_id)
    return Answer(value=before.value)


@route.put("task/{taskid:id}/creationdate")
async def set_creation_date(work: Work, params: CreationDate) -> None:
    """Sets when a task was created, for imports."""
    await actions.set_timestamp(work, params.task_id, "created_on", params.creation_date)


@route.put("task/{taskid:id}/lastmodifeddate")
async def set_modification_date(work: Work, params: ModificationDate) -> None:
    """Sets when a task was last changed, for imports."""
    await actions.set_timestamp(work, params.task_id, "modified_on", params.last_modified_date)

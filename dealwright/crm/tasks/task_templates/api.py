"""The routes of task templates: containers, their templates, and applying them."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.tasks import reads as tasks
from dealwright.crm.tasks.shapes import Task
from dealwright.crm.tasks.task_templates import actions, reads
from dealwright.crm.tasks.task_templates.rules import MOST_TICKS, EntityType
from dealwright.crm.tasks.task_templates.shapes import TaskTemplate, TaskTemplateContainer
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Between, Guid, Id, Length, Moment
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
BY_TYPE = "{entityType:(contact|person|company|opportunity|case)}/tasktemplatecontainer"
ONE = "tasktemplatecontainer/{containerid:id}"
TEMPLATE = "tasktemplatecontainer/tasktemplate/{id:id}"


class ByType(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: EntityType


class NewContainer(ByType, kw_only=True, frozen=True):
    title: Annotated[str, Length(255)] = ""


class OneContainer(msgspec.Struct, kw_only=True, frozen=True):
    container_id: Id


class Rename(OneContainer, kw_only=True, frozen=True):
    title: Annotated[str, Length(255)] = ""


class OneTemplate(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class NewTemplate(OneContainer, kw_only=True, frozen=True):
    """The values of a template. `offsetTicks` are units of 100 ns after the container is applied,
    with `deadLineIsFixed` after the start of that day; without `responsibleid` the task belongs to
    the user who applies the template."""

    title: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    responsible_id: Guid | None = None
    category_id: int = 0
    is_notify: bool = False
    offset_ticks: Annotated[int, Between(-MOST_TICKS, MOST_TICKS)] = 0
    deadline_is_fixed: bool = False


class TemplateChange(NewTemplate, kw_only=True, frozen=True):
    id: int = 0


class Application(OneContainer, kw_only=True, frozen=True):
    """The record to apply the container to. `start` is the moment from which offsets count, by
    default now."""

    entity_id: int = 0
    contact_id: int = 0
    start: Moment | None = None


@route.get(BY_TYPE)
async def containers(work: Work, params: ByType, paging: Paging) -> Listing[TaskTemplateContainer]:
    """Lists the containers of task templates for one type of record."""
    return arrange(await reads.containers(work, params.entity_type), paging)


@route.post(BY_TYPE)
async def create_container(work: Work, params: NewContainer) -> TaskTemplateContainer:
    """Creates an empty container of task templates. Administrators only."""
    container_id = await actions.create_container(work, params.entity_type, params.title)
    return await reads.container(work, container_id)


@route.get(ONE)
async def container(work: Work, params: OneContainer) -> TaskTemplateContainer:
    """Returns one container with its templates."""
    return await reads.container(work, params.container_id)


@route.put(ONE)
async def rename_container(work: Work, params: Rename) -> TaskTemplateContainer:
    """Changes the title of a container. Administrators only."""
    await actions.rename_container(work, params.container_id, params.title)
    return await reads.container(work, params.container_id)


@route.delete(ONE)
async def delete_container(work: Work, params: OneContainer) -> TaskTemplateContainer:
    """Deletes a container with its templates and returns it as it was. Administrators only."""
    before = await reads.container(work, params.container_id)
    await actions.delete_container(work, params.container_id)
    return before


@route.get(f"{ONE}/tasktemplate")
async def templates(work: Work, params: OneContainer, paging: Paging) -> Listing[TaskTemplate]:
    """Lists the templates of a container."""
    return arrange(await reads.templates(work, params.container_id), paging)


@route.post(f"{ONE}/tasktemplate")
async def create(work: Work, params: NewTemplate) -> TaskTemplate:
    """Creates a template in a container. Administrators only."""
    template_id = await actions.create(work, params.container_id, params)
    return await reads.template(work, template_id)


@route.put(f"{ONE}/tasktemplate")
async def update(work: Work, params: TemplateChange) -> TaskTemplate:
    """Replaces the template `id` and moves it to this container. Administrators only."""
    await actions.update(work, params.container_id, params.id, params)
    return await reads.template(work, params.id)


@route.get(TEMPLATE)
async def template(work: Work, params: OneTemplate) -> TaskTemplate:
    """Returns one template."""
    return await reads.template(work, params.id)


@route.delete(TEMPLATE)
async def delete(work: Work, params: OneTemplate) -> TaskTemplate:
    """Deletes a template and returns it as it was. Administrators only."""
    before = await reads.template(work, params.id)
    await actions.delete(work, params.id)
    return before


@route.post(f"{ONE}/apply", mode=Mode.TRANSACTION)
async def apply(work: Work, params: Application) -> list[Task]:
    """Creates all tasks of a container for one record and returns them.

    `contactid` or `entityid` names the contact, `entityid` the opportunity or case.
    """
    task_ids = await actions.apply(
        work,
        params.container_id,
        entity_id=params.entity_id,
        contact_id=params.contact_id,
        start=params.start,
    )
    return await tasks.show(work, task_ids)

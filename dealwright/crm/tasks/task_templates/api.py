"""The routes of task templates: containers, what is in them, and making tasks of it."""

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
    """What a task is to be. `offsetTicks` are of 100 ns after the container is applied, with
    `deadLineIsFixed` after that day began; without `responsibleid` it will be of whoever applies
    it."""

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
    """For what record. `start` is the moment from which offsets count, now when absent."""

    entity_id: int = 0
    contact_id: int = 0
    start: Moment | None = None


@route.get(BY_TYPE)
async def containers(work: Work, params: ByType, paging: Paging) -> Listing[TaskTemplateContainer]:
    """Lists the containers of task templates for one type of record."""
    return arrange(await reads.containers(work, params.entity_type), paging)


@route.post(BY_TYPE)
async def create_container(work: Work, params: NewContainer) -> TaskTemplateContainer:
    """Makes an empty container of task templates. Administrators only."""
    made = await actions.create_container(work, params.entity_type, params.title)
    return await reads.container(work, made)


@route.get(ONE)
async def container(work: Work, params: OneContainer) -> TaskTemplateContainer:
    """Gives one container with its templates."""
    return await reads.container(work, params.container_id)


@route.put(ONE)
async def rename_container(work: Work, params: Rename) -> TaskTemplateContainer:
    """Gives a container another title. Administrators only."""
    await actions.rename_container(work, params.container_id, params.title)
    return await reads.container(work, params.container_id)


@route.delete(ONE)
async def delete_container(work: Work, params: OneContainer) -> TaskTemplateContainer:
    """Deletes a container with its templates and gives it as it was. Administrators only."""
    before = await reads.container(work, params.container_id)
    await actions.delete_container(work, params.container_id)
    return before


@route.get(f"{ONE}/tasktemplate")
async def templates(work: Work, params: OneContainer, paging: Paging) -> Listing[TaskTemplate]:
    """Lists the templates of a container."""
    return arrange(await reads.templates(work, params.container_id), paging)


@route.post(f"{ONE}/tasktemplate")
async def create(work: Work, params: NewTemplate) -> TaskTemplate:
    """Puts a new template into a container. Administrators only."""
    made = await actions.create(work, params.container_id, params)
    return await reads.template(work, made)


@route.put(f"{ONE}/tasktemplate")
async def update(work: Work, params: TemplateChange) -> TaskTemplate:
    """Replaces the template `id` and puts it into this container. Administrators only."""
    await actions.update(work, params.container_id, params.id, params)
    return await reads.template(work, params.id)


@route.get(TEMPLATE)
async def template(work: Work, params: OneTemplate) -> TaskTemplate:
    """Gives one template."""
    return await reads.template(work, params.id)


@route.delete(TEMPLATE)
async def delete(work: Work, params: OneTemplate) -> TaskTemplate:
    """Deletes a template and gives it as it was. Administrators only."""
    before = await reads.template(work, params.id)
    await actions.delete(work, params.id)
    return before


@route.post(f"{ONE}/apply", mode=Mode.TRANSACTION)
async def apply(work: Work, params: Application) -> list[Task]:
    """Makes all tasks of a container for one record and gives them.

    `contactid` or `entityid` names the contact, `entityid` the opportunity or case.
    """
    made = await actions.apply(
        work,
        params.container_id,
        entity_id=params.entity_id,
        contact_id=params.contact_id,
        start=params.start,
    )
    return await tasks.show(work, made)

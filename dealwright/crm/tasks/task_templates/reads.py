"""Reads task templates and their containers."""

from itertools import groupby

from dealwright.crm.tasks.task_templates import queries, repository, shapes
from dealwright.crm.tasks.task_templates.rules import EntityType
from dealwright.crm.tasks.task_templates.shapes import TaskTemplate, TaskTemplateContainer
from dealwright.work import Work


async def containers(work: Work, entity_type: EntityType) -> list[TaskTemplateContainer]:
    """The containers for one type of record, with their templates."""
    binds = {"id": int(entity_type)}
    containers = [
        repository.container_of(row) for row in await work.fetch_with(queries.BY_TYPE, binds)
    ]
    rows = await work.fetch_with(queries.TEMPLATES_BY_TYPE, binds) if containers else []
    templates = [repository.template_of(row) for row in rows]
    inside = {key: [*group] for key, group in groupby(templates, lambda each: each.container_id)}
    to = await shapes.references(work)
    return [shapes.container(each, inside.get(each.id, []), to) for each in containers]


async def container(work: Work, container_id: int) -> TaskTemplateContainer:
    """One container. Raises Invalid, NotFound."""
    container = await repository.find_container(work, container_id)
    templates = await repository.templates_of(work, container_id)
    return shapes.container(container, templates, await shapes.references(work))


async def templates(work: Work, container_id: int) -> list[TaskTemplate]:
    """The templates of a container. Raises Invalid, NotFound."""
    return (await container(work, container_id)).items or []


async def template(work: Work, template_id: int) -> TaskTemplate:
    """One template. Raises Invalid, NotFound."""
    template = await repository.find_template(work, template_id)
    return shapes.template(template, await shapes.references(work))

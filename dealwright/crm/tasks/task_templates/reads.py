"""Showing templates of tasks and their containers."""

from itertools import groupby

from dealwright.crm.tasks.task_templates import queries, repository, shapes
from dealwright.crm.tasks.task_templates.rules import EntityType
from dealwright.crm.tasks.task_templates.shapes import TaskTemplate, TaskTemplateContainer
from dealwright.work import Work


async def containers(work: Work, entity_type: EntityType) -> list[TaskTemplateContainer]:
    """Those for records of one type, with what is in them."""
    wanted = {"id": int(entity_type)}
    found = [repository.container_of(row) for row in await work.fetch_with(queries.BY_TYPE, wanted)]
    rows = await work.fetch_with(queries.TEMPLATES_BY_TYPE, wanted) if found else []
    templates = [repository.template_of(row) for row in rows]
    inside = {key: [*group] for key, group in groupby(templates, lambda each: each.container_id)}
    to = await shapes.references(work)
    return [shapes.container(each, inside.get(each.id, []), to) for each in found]


async def container(work: Work, container_id: int) -> TaskTemplateContainer:
    """Raises Invalid, NotFound."""
    found = await repository.find_container(work, container_id)
    templates = await repository.templates_of(work, container_id)
    return shapes.container(found, templates, await shapes.references(work))


async def templates(work: Work, container_id: int) -> list[TaskTemplate]:
    """Those in a container. Raises Invalid, NotFound."""
    return (await container(work, container_id)).items or []


async def template(work: Work, template_id: int) -> TaskTemplate:
    """Raises Invalid, NotFound."""
    found = await repository.find_template(work, template_id)
    return shapes.template(found, await shapes.references(work))

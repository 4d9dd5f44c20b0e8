"""Changes task templates and applies them. Each action reads in the order of its checks and
steps."""

from typing import Protocol

from dealwright.access import demand_admin
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.tasks import actions as tasks
from dealwright.crm.tasks.rules import Task
from dealwright.crm.tasks.task_templates import repository, rules
from dealwright.crm.tasks.task_templates.rules import EMPTY_GUID, Container, EntityType, Template
from dealwright.errors import Invalid
from dealwright.people.shapes import UNKNOWN_ID
from dealwright.work import Work


class TemplateInput(Protocol):
    """What a caller sends to create or replace a template."""

    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def responsible_id(self) -> str | None: ...
    @property
    def category_id(self) -> int: ...
    @property
    def is_notify(self) -> bool: ...
    @property
    def offset_ticks(self) -> int: ...
    @property
    def deadline_is_fixed(self) -> bool: ...


async def create_container(work: Work, entity_type: EntityType, title: str) -> int:
    """Creates an empty container and returns its id. Raises Forbidden, Invalid.

    # differs: in the reference every user changes templates.
    """
    demand_admin(work.actor)
    rules.demand_title(title)
    return await repository.save(work, None, Container(title=title, entity_type=int(entity_type)))


async def rename_container(work: Work, container_id: int, title: str) -> None:
    """Changes the title of a container. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    before = await repository.find_container(work, container_id)
    rules.demand_title(title)
    after = Container(id=before.id, title=title, entity_type=before.entity_type)
    await repository.save(work, before, after)


async def delete_container(work: Work, container_id: int) -> None:
    """Deletes a container with its templates. Raises Forbidden, Invalid, NotFound.

    # differs: the reference keeps the templates, but nothing can reach them.
    """
    demand_admin(work.actor)
    await repository.remove(work, await repository.find_container(work, container_id))


async def create(work: Work, container_id: int, inputs: TemplateInput) -> int:
    """Creates a template at the end of a container and returns its id. Raises Forbidden, Invalid,
    NotFound."""
    demand_admin(work.actor)
    container = await repository.find_container(work, container_id)
    rules.demand_room(len(await repository.templates_of(work, container_id)))
    return await repository.save(work, None, await _wished(work, container, inputs, None))


async def update(work: Work, container_id: int, template_id: int, inputs: TemplateInput) -> None:
    """Replaces a template and moves it to the container. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    before = await repository.find_template(work, template_id)
    container = await repository.find_container(work, container_id)
    if before.container_id != container_id:
        rules.demand_room(len(await repository.templates_of(work, container_id)))
    await repository.save(work, before, await _wished(work, container, inputs, before))


async def delete(work: Work, template_id: int) -> None:
    """Deletes a template. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    await repository.remove(work, await repository.find_template(work, template_id))


async def _wished(
    work: Work, container: Container, inputs: TemplateInput, before: Template | None
) -> Template:
    rules.demand_title(inputs.title)
    no_user = (None, EMPTY_GUID, UNKNOWN_ID)
    responsible = None if inputs.responsible_id in no_user else inputs.responsible_id
    if responsible is not None and not (before and before.responsible_id == responsible):
        await tasks.demand_responsible(work, responsible)
    if inputs.category_id <= 0:
        raise Invalid("categoryid", "must be the id of a task category")
    if not (before and before.category_id == inputs.category_id):
        await tasks.demand_category(work, inputs.category_id)
    return Template(
        id=before.id if before else 0,
        container_id=container.id,
        title=inputs.title,
        description=inputs.description,
        responsible_id=responsible,
        category_id=inputs.category_id,
        is_notify=inputs.is_notify,
        offset_ticks=inputs.offset_ticks,
        deadline_is_fixed=inputs.deadline_is_fixed,
    )


# --------------------------------------------------------------------------------- making tasks


async def apply(
    work: Work, container_id: int, *, entity_id: int, contact_id: int, start: int | None
) -> list[int]:
    """Creates all tasks of a container for a record that the actor sees and returns their ids.
    Needs a transaction. Raises Invalid, NotFound.

    A container for contacts accepts the contact in either parameter; one for opportunities or cases
    may have a contact too.
    """
    container = await repository.find_container(work, container_id)
    kind = EntityType(container.entity_type)
    if kind.is_contact:
        contact_id, entity_id = contact_id if contact_id > 0 else entity_id, 0
    elif entity_id <= 0:
        raise Invalid("entityid", f"must be the id of the {kind.name.lower()}")
    else:
        await tasks.demand_entity(work, kind.name.lower(), entity_id)
    await _demand_contact(work, kind, contact_id)
    begin = work.now if start is None else start
    templates = await repository.templates_of(work, container_id)
    new_tasks = [
        _task(work, each, begin, kind, contact_id=contact_id, entity_id=entity_id)
        for each in templates
    ]
    for person in {each.responsible_id for each in new_tasks}:
        await tasks.demand_responsible(work, person)
    notified = [place for place, each in enumerate(templates) if each.is_notify]
    return await tasks.create_all(work, new_tasks, notified=notified)


def _task(
    work: Work, template: Template, start: int, kind: EntityType, *, contact_id: int, entity_id: int
) -> Task:
    return Task(
        title=template.title,
        description=template.description,
        deadline=rules.deadline(template, start=start, zone=work.settings.timezone),
        responsible_id=template.responsible_id or work.actor.id,
        category_id=template.category_id,
        contact_id=contact_id if contact_id > 0 else None,
        opportunity_id=entity_id if kind is EntityType.OPPORTUNITY else None,
        case_id=entity_id if kind is EntityType.CASE else None,
        created_by=work.actor.id,
        created_on=work.now,
    )


async def _demand_contact(work: Work, kind: EntityType, contact_id: int) -> None:
    if contact_id <= 0:
        if kind.is_contact:
            raise Invalid("contactid", f"must be the id of a {kind.name.lower()}")
        return
    statement = contacts.visible(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=[contact_id])
    if not rows:
        raise Invalid("contactid", f"must be the id of a contact; there is no contact {contact_id}")
    rules.demand_fit(kind, is_company=bool(rows[0][1]))

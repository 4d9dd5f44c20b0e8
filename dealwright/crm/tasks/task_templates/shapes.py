"""How templates of tasks look on the wire."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dealwright.crm.tasks.task_templates.rules import Container, EntityType, Template
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.shapes import Category, embedded_categories
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import Shape
from dealwright.work import Work


class TaskTemplate(Shape, kw_only=True):
    """A task to be. `offsetTicks` are of 100 ns: how long after a container is applied it is due,
    or with `deadLineIsFixed` how long after that day began. An unknown responsible stands for
    whoever applies it."""

    # quirk: `ID` in capitals here alone.
    container_id: int = msgspec.field(name="containerID")
    title: str
    description: str
    responsible: Employee
    category: Category | None
    is_notify: bool
    offset_ticks: int
    deadline_is_fixed: bool
    id: int


class TaskTemplateContainer(Shape, kw_only=True):
    """Templates that are applied together, to records of one type."""

    title: str
    entity_type: str
    items: list[TaskTemplate] | None = None
    id: int


class References(NamedTuple):
    """What templates point to, held in process."""

    staff: Staff
    categories: dict[int, Category]


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return References(people, embedded_categories(await work.cached(items)))


def container(
    shown: Container, templates: Sequence[Template], to: References
) -> TaskTemplateContainer:
    return TaskTemplateContainer(
        title=shown.title,
        entity_type=EntityType(shown.entity_type).name.capitalize(),
        items=[template(each, to) for each in templates] or None,
        id=shown.id,
    )


def template(shown: Template, to: References) -> TaskTemplate:
    return TaskTemplate(
        container_id=shown.container_id,
        title=shown.title,
        description=shown.description,
        responsible=to.staff[shown.responsible_id or ""],
        category=to.categories.get(shown.category_id),
        is_notify=shown.is_notify,
        offset_ticks=shown.offset_ticks,
        deadline_is_fixed=shown.deadline_is_fixed,
        id=shown.id,
    )

"""The wire form of task templates."""

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
    """A template of a task. `offsetTicks` are units of 100 ns: the time from applying the container
    to the deadline, or with `deadLineIsFixed` from the start of that day. An unknown responsible
    stands for the user who applies it."""

    # quirk: `ID` is in capitals only here.
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
    """What templates refer to, held in the process."""

    staff: Staff
    categories: dict[int, Category]


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return References(people, embedded_categories(await work.cached(items)))


def container(
    record: Container, templates: Sequence[Template], to: References
) -> TaskTemplateContainer:
    return TaskTemplateContainer(
        title=record.title,
        entity_type=EntityType(record.entity_type).name.capitalize(),
        items=[template(each, to) for each in templates] or None,
        id=record.id,
    )


def template(record: Template, to: References) -> TaskTemplate:
    return TaskTemplate(
        container_id=record.container_id,
        title=record.title,
        description=record.description,
        responsible=to.staff[record.responsible_id or ""],
        category=to.categories.get(record.category_id),
        is_notify=record.is_notify,
        offset_ticks=record.offset_ticks,
        deadline_is_fixed=record.deadline_is_fixed,
        id=record.id,
    )

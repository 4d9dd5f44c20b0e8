"""Loads task templates and their containers, and stores their changes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from dealwright.crm.tasks.task_templates import queries
from dealwright.crm.tasks.task_templates.rules import Container, Template
from dealwright.errors import ConcurrentUpdate, Invalid, NotFound
from dealwright.portal.categories.queries import items
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Change, Insert, Remove, Update
from dealwright.work import Work

Stored = Container | Template
TABLES = {Container: schema.task_template_container, Template: schema.task_template}


async def find_container(work: Work, container_id: int) -> Container:
    """Raises Invalid, NotFound."""
    if container_id <= 0:
        raise Invalid("containerid", "must be the id of a container of task templates")
    row = await work.row(queries.ONE, id=container_id)
    if row is None:
        raise NotFound
    return container_of(row)


async def find_template(work: Work, template_id: int) -> Template:
    """Raises Invalid, NotFound."""
    if template_id <= 0:
        raise Invalid("id", "must be the id of a task template")
    row = await work.row(queries.TEMPLATE_ONE, id=template_id)
    if row is None:
        raise NotFound
    return template_of(row)


async def templates_of(work: Work, container_id: int) -> list[Template]:
    return [template_of(row) for row in await work.fetch(queries.TEMPLATES_OF, id=container_id)]


def container_of(row: Sequence[Any]) -> Container:
    return Container(**dict(zip(queries.CONTAINER, row, strict=True)))


def template_of(row: Sequence[Any]) -> Template:
    stored: dict[str, Any] = dict(zip(queries.TEMPLATE, row, strict=True))
    flags = {name: bool(stored[name]) for name in ("is_notify", "deadline_is_fixed")}
    return Template(**stored | flags)


async def save(work: Work, before: Stored | None, after: Stored) -> int:
    """Stores a new one or what differs, and returns its id. Raises ConcurrentUpdate when a record
    that it names was deleted."""
    table = TABLES[type(after)]
    row = asdict(after) | {"modified_by": work.actor.id, "modified_on": work.now}
    del row["id"]
    stamps = {"created_by": work.actor.id, "created_on": work.now}
    head = Insert(table, row | stamps) if before is None else Update(table, before.id, row)
    action = "created" if before is None else "updated"
    audit_row = entry(work, table.name, action, difference(before, after, without=("id",)))
    try:
        saved = await work.save(Change(head, (audit_row,)))
    except ForeignKeyViolation as violation:  # of its category or container
        work.invalidate(items)
        raise ConcurrentUpdate from violation
    if saved is None:
        raise ConcurrentUpdate
    return int(saved[0])


async def remove(work: Work, record: Stored) -> None:
    """Deletes a template, or a container with its templates."""
    table = TABLES[type(record)]
    changes = difference(record, None, without=("id",))
    audit_row = entry(work, table.name, "deleted", changes, entity_id=record.id)
    await work.save(Change(None, (Remove(table, {"id": record.id}), audit_row)))

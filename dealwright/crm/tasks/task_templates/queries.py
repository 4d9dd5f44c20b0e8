"""SQL about task templates and their containers."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, select

from dealwright.storage import schema
from dealwright.storage.statements.statement import Statement

container, template = schema.task_template_container, schema.task_template

CONTAINER = ("id", "title", "entity_type")
TEMPLATE = (
    "id", "container_id", "title", "description", "responsible_id", "category_id", "is_notify",
    "offset_ticks", "deadline_is_fixed",
)  # fmt: skip
_id = bindparam("id", type_=Integer())


def _containers(*conditions: ColumnElement[Any]) -> Statement:
    columns = (container.c[name] for name in CONTAINER)
    return Statement(select(*columns).where(*conditions).order_by(container.c.id))


def _templates(*conditions: ColumnElement[Any]) -> Statement:
    columns = (template.c[name] for name in TEMPLATE)
    found = select(*columns).where(*conditions)
    return Statement(found.order_by(template.c.container_id, template.c.sort_order, template.c.id))


# The containers for one type of record, one container by its `id`, and their templates.
BY_TYPE = _containers(container.c.entity_type == _id)
ONE = _containers(container.c.id == _id)
TEMPLATES_BY_TYPE = _templates(
    template.c.container_id.in_(select(container.c.id).where(container.c.entity_type == _id))
)
TEMPLATES_OF = _templates(template.c.container_id == _id)
TEMPLATE_ONE = _templates(template.c.id == _id)

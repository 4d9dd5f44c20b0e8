"""SQL about the items of the four lists, and about the records that use them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    String,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from dealwright import access
from dealwright.portal.categories.rules import CategoryKind, Item
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import constant, rows_of
from dealwright.storage.statements.statement import Statement, shape

list_item = schema.list_item

# The column that names an item of each list. Other columns are neither counted nor keep an item in
# use.
USERS: dict[CategoryKind, Column[Any]] = {
    CategoryKind.CONTACT_STATUS: schema.contact.c.status_id,
    CategoryKind.CONTACT_TYPE: schema.contact.c.type_id,
    CategoryKind.TASK_CATEGORY: schema.task.c.category_id,
    CategoryKind.HISTORY_CATEGORY: schema.history_event.c.category_id,
}
# Other columns that name an item: they move to its replacement, but are not counted.
FOLLOWERS: dict[CategoryKind, Column[Any]] = {
    CategoryKind.TASK_CATEGORY: schema.task_template.c.category_id,
}
_RIGHTS: dict[str, Callable[..., access.Rights]] = {
    "contact": access.contact,
    "task": access.task,
    "history_event": access.history_event,
}

ALL = Statement(
    select(
        list_item.c.id,
        list_item.c.kind,
        list_item.c.title,
        list_item.c.description,
        list_item.c.color,
        list_item.c.image_name,
        list_item.c.sort_order,
    ).order_by(list_item.c.kind, list_item.c.sort_order, list_item.c.id)
)


async def items(session: Session) -> Held[int, Item]:
    """The items of all lists by id, each list in its order. For `Work.cached`."""
    return Held((row[0], Item(*row)) for row in await session.fetch(ALL))


# A change locks its list, so that what it reads stays true until it is done. Records that name an
# item do not wait for it.
LOCK = Statement(
    select(list_item.c.id)
    .where(list_item.c.kind == bindparam("kind", type_=Integer()))
    .order_by(list_item.c.id)
    .with_for_update(key_share=True)
)


@shape
def counts(kind: CategoryKind, is_admin: bool) -> Statement:
    """How many of the records that the actor sees name each item: rows of (id, how many)."""
    column = USERS[kind]
    record = column.table
    seen = _RIGHTS[record.name](record, is_admin=is_admin).see
    return Statement(
        select(column, func.count())
        .where(column.is_not(constant(None)), record.c.deleted_on.is_(constant(None)), seen)
        .group_by(column)
    )


@shape
def is_used(kind: CategoryKind, has_followers: bool) -> Statement:
    """Whether any record outside the trash names the item `id`, or anything that follows it if
    `has_followers` count."""
    column = USERS[kind]
    wanted = bindparam("id", type_=Integer())
    found = select(constant(1)).where(
        column == wanted, column.table.c.deleted_on.is_(constant(None))
    )
    used: ColumnElement[bool] = exists(found)
    if has_followers and kind in FOLLOWERS:
        used = or_(used, exists(select(constant(1)).where(FOLLOWERS[kind] == wanted)))
    return Statement(select(used))


@shape
def move(kind: CategoryKind) -> tuple[Statement, Statement]:
    """Gives the item `new_id` to all records that name the item `id`: first the audit rows about it
    (`by`, `now`, `changes`), then the change itself."""
    column, audit = USERS[kind], schema.audit
    record = column.table
    named = column == bindparam("id", type_=Integer())
    audit_rows = select(
        constant(record.name),
        record.c.id,
        constant("updated"),
        bindparam("by", type_=String()),
        bindparam("now", type_=BigInteger()),
        bindparam("changes", type_=String()),
    ).where(named)
    names = ["entity_type", "entity_id", "action", "person_id", "on", "changes"]
    new = bindparam("new_id", type_=Integer())
    moved = (
        update(record)
        .where(named)
        .values({column.name: new, "version": record.c.version + constant(1)})
    )
    return Statement(insert(audit).from_select(names, audit_rows)), Statement(moved)


@shape
def let_go(kind: CategoryKind) -> Statement:
    """Clears the column in the records of the trash that name the item `id`."""
    column = USERS[kind]
    record = column.table
    return Statement(
        update(record)
        .where(
            column == bindparam("id", type_=Integer()), record.c.deleted_on.is_not(constant(None))
        )
        .values({column.name: constant(None), "version": record.c.version + constant(1)})
    )


_given = rows_of("placed", id=Integer(), place=Integer())
PLACE = Statement(
    update(list_item).where(list_item.c.id == _given.c.id).values(sort_order=_given.c.place)
)

"""SQL about tags, and about the records that have them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    bindparam,
    case,
    exists,
    func,
    select,
)

from dealwright import access
from dealwright.portal.tags.rules import Tagged
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement, shape

tag = schema.tag


class Link(NamedTuple):
    """The table that links records and tags."""

    table: Table
    owner: Column[Any]


LINKS: Mapping[Tagged, Link] = {
    Tagged.CONTACT: Link(schema.contact_tag, schema.contact_tag.c.contact_id),
    Tagged.OPPORTUNITY: Link(schema.opportunity_tag, schema.opportunity_tag.c.opportunity_id),
    Tagged.CASE: Link(schema.case_tag, schema.case_tag.c.case_id),
}
# The records that can have tags, and their access rules.
RECORDS: Mapping[Tagged, tuple[Table, Callable[..., access.Rights]]] = {
    Tagged.CONTACT: (schema.contact, access.contact),
    Tagged.OPPORTUNITY: (schema.opportunity, access.opportunity),
    Tagged.CASE: (schema.crm_case, access.crm_case),
}


@shape
def seen(entity: Tagged, is_admin: bool) -> Statement:
    """Which of the records `ids` the actor sees: rows of (id, version, may edit)."""
    record, rule = RECORDS[entity]
    rights = rule(record, is_admin=is_admin)
    can_edit = (
        constant(1)
        if rights.edit is rights.see
        else case((rights.edit, constant(1)), else_=constant(0))
    )
    return Statement(
        select(record.c.id, record.c.version, can_edit).where(
            AnyOf(record.c.id, "ids", Integer()), alive(record), rights.see
        )
    )


@shape
def find(entity: Tagged, is_locked: bool = False) -> Statement:
    """The tag with the key `key`: its id and title.

    `is_locked`: nobody else can change it or add it to records until the transaction ends.
    """
    found = select(tag.c.id, tag.c.title).where(
        tag.c.entity_type == constant(int(entity)),
        tag.c.title_key == bindparam("key", type_=String()),
    )
    return Statement(found.with_for_update() if is_locked else found)


@shape
def counted(entity: Tagged, is_admin: bool) -> Statement:
    """Every tag by key: its title, and how many of the records that the actor sees have it."""
    return Statement(
        select(tag.c.title, _count(entity, is_admin=is_admin))
        .where(tag.c.entity_type == constant(int(entity)))
        .order_by(tag.c.title_key)
    )


def _count(entity: Tagged, *, is_admin: bool) -> ColumnElement[Any]:
    record, rule = RECORDS[entity]
    see = rule(record, is_admin=is_admin).see
    link = LINKS[entity]
    return (
        select(func.count())
        .select_from(link.table.join(record, record.c.id == link.owner))
        .where(link.table.c.tag_id == tag.c.id, alive(record), see)
        .correlate(tag)
        .scalar_subquery()
    )


@shape
def of(entity: Tagged) -> Statement:
    """The titles of the tags of the record `id`, by key."""
    link = LINKS[entity]
    return Statement(
        select(tag.c.title)
        .select_from(tag.join(link.table, link.table.c.tag_id == tag.c.id))
        .where(link.owner == bindparam("id", type_=Integer()))
        .order_by(tag.c.title_key)
    )


@shape
def carriers(entity: Tagged) -> Statement:
    """Which of the records `ids` have the tag `tag_id`."""
    link = LINKS[entity]
    return Statement(
        select(link.owner).where(
            link.table.c.tag_id == bindparam("tag_id", type_=Integer()),
            AnyOf(link.owner, "ids", Integer()),
        )
    )


@shape
def all_carriers(entity: Tagged) -> Statement:
    """The first `most` records that have the tag with the key `key`, also those in the trash."""
    link = LINKS[entity]
    return Statement(
        select(link.owner)
        .select_from(link.table.join(tag, tag.c.id == link.table.c.tag_id))
        .where(
            tag.c.entity_type == constant(int(entity)),
            tag.c.title_key == bindparam("key", type_=String()),
        )
        .order_by(link.owner)
        .limit(bindparam("most", type_=Integer()))
    )


@shape
def unused(entity: Tagged) -> Statement:
    """The tags that no record has, also none in the trash: id and title by key.

    They are locked from now on, but another transaction may just have added one: ask twice.
    """
    link = LINKS[entity].table
    is_carried = exists(select(constant(1)).where(link.c.tag_id == tag.c.id).correlate(tag))
    return Statement(
        select(tag.c.id, tag.c.title)
        .where(tag.c.entity_type == constant(int(entity)), ~is_carried)
        .order_by(tag.c.title_key)
        .with_for_update()
    )

"""SQL about tags, and about what carries them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    bindparam,
    exists,
    func,
    select,
)

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.dialect import AnyOf, constant
from dealwright.storage.statement import Statement, shape
from dealwright.tags.rules import Tagged

tag = schema.tag


class Link(NamedTuple):
    """Where it stands which records carry which tags."""

    table: Table
    owner: Column[Any]


LINKS: Mapping[Tagged, Link] = {
    Tagged.CONTACT: Link(schema.contact_tag, schema.contact_tag.c.contact_id),
    Tagged.OPPORTUNITY: Link(schema.opportunity_tag, schema.opportunity_tag.c.opportunity_id),
}


@shape
def find(entity: Tagged, is_locked: bool = False) -> Statement:
    """The tag with the key `key`: its id and title.

    `is_locked`: from now on nobody else changes it or hands it out.
    """
    found = select(tag.c.id, tag.c.title).where(
        tag.c.entity_type == constant(int(entity)),
        tag.c.title_key == bindparam("key", type_=String()),
    )
    return Statement(found.with_for_update() if is_locked else found)


@shape
def counted(entity: Tagged, is_admin: bool) -> Statement:
    """Every tag by key: its title, and how many of the records that the actor sees carry it."""
    return Statement(
        select(tag.c.title, _count(entity, is_admin=is_admin))
        .where(tag.c.entity_type == constant(int(entity)))
        .order_by(tag.c.title_key)
    )


def _count(entity: Tagged, *, is_admin: bool) -> ColumnElement[Any]:
    match entity:
        case Tagged.CONTACT:
            record, rights = schema.contact, access.contact(schema.contact, is_admin=is_admin)
        case Tagged.OPPORTUNITY:
            record, rights = (
                schema.opportunity,
                access.opportunity(schema.opportunity, is_admin=is_admin),
            )
        case _:
            return constant(0)
    link = LINKS[entity]
    return (
        select(func.count())
        .select_from(link.table.join(record, record.c.id == link.owner))
        .where(link.table.c.tag_id == tag.c.id, record.c.deleted_on.is_(constant(None)), rights.see)
        .correlate(tag)
        .scalar_subquery()
    )


@shape
def of(entity: Tagged) -> Statement:
    """The titles of the tags that the record `id` carries, by key."""
    link = LINKS[entity]
    return Statement(
        select(tag.c.title)
        .select_from(tag.join(link.table, link.table.c.tag_id == tag.c.id))
        .where(link.owner == bindparam("id", type_=Integer()))
        .order_by(tag.c.title_key)
    )


@shape
def carriers(entity: Tagged) -> Statement:
    """Which of the records `ids` carry the tag `tag_id`."""
    link = LINKS[entity]
    return Statement(
        select(link.owner).where(
            link.table.c.tag_id == bindparam("tag_id", type_=Integer()),
            AnyOf(link.owner, "ids", Integer()),
        )
    )


@shape
def unused(entity: Tagged) -> Statement:
    """The tags that no record carries, also none in the trash: id and title by key.

    From now on nobody else hands them out, but somebody may just have done so: ask twice.
    """
    found = select(tag.c.id, tag.c.title).where(tag.c.entity_type == constant(int(entity)))
    if link := LINKS.get(entity):
        is_carried = exists(
            select(constant(1)).where(link.table.c.tag_id == tag.c.id).correlate(tag)
        )
        found = found.where(~is_carried)
    return Statement(found.order_by(tag.c.title_key).with_for_update())

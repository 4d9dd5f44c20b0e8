"""SQL about calendar feeds and their entries."""

from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, select

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement, shape

feed, person = schema.calendar_feed, schema.person
t, o = schema.task, schema.opportunity
_LIMIT = bindparam("limit", type_=Integer())

MINE = Statement(select(feed.c.created_on, feed.c.used_on).where(feed.c.person_id == access.ACTOR))

# The owner of the feed with a hash, and their role; no row without an active account. One look-up
# for every outcome.
OWNER = Statement(
    select(person.c.id, person.c.role, feed.c.used_on)
    .join(feed, feed.c.person_id == person.c.id)
    .where(
        feed.c.hash == bindparam("hash", type_=String()),
        ~person.c.is_terminated,
        person.c.role != constant(access.Role.GUEST.value),
    )
)


@shape
def tasks(is_admin: bool) -> Statement:
    """The actor's open tasks, the latest deadline first: id, title, description, deadline, alert
    value, created, modified, version, category, and the names of the contact and of the opportunity
    or case, if the actor sees them."""
    contact = contacts.alias("of_contact")
    joined: Any = t.outerjoin(
        contact, and_(contact.c.id == t.c.contact_id, contacts.seen(contact, is_admin=is_admin))
    )
    titles = []
    for name, table, rights in (
        ("opportunity_id", schema.opportunity, access.opportunity),
        ("case_id", schema.crm_case, access.crm_case),
    ):
        entity = table.alias(f"of_{name}")
        is_seen = alive(entity) & rights(entity, is_admin=is_admin).see
        joined = joined.outerjoin(entity, and_(entity.c.id == t.c[name], is_seen))
        titles.append(entity.c.title)
    return Statement(
        select(
            t.c.id,
            t.c.title,
            t.c.description,
            t.c.deadline,
            t.c.alert_value,
            t.c.created_on,
            t.c.modified_on,
            t.c.version,
            t.c.category_id,
            contact.c.display_name,
            *titles,
        )
        .select_from(joined)
        .where(t.c.responsible_id == access.ACTOR, ~t.c.is_closed, alive(t))
        .where(access.task(t, is_admin=is_admin).see)
        .order_by(t.c.deadline.desc(), t.c.id.desc())
        .limit(_LIMIT)
    )


@shape
def closings(is_admin: bool) -> Statement:
    """The actor's open opportunities that are expected to close, the latest first: id, title,
    description, date, created, modified, version."""
    stage = schema.stage
    return Statement(
        select(
            o.c.id,
            o.c.title,
            o.c.description,
            o.c.expected_close_on,
            o.c.created_on,
            o.c.modified_on,
            o.c.version,
        )
        .join(stage, stage.c.id == o.c.stage_id)
        .where(
            o.c.responsible_id == access.ACTOR,
            stage.c.stage_type == constant(0),
            o.c.expected_close_on > constant(schema.UNSET_CLOSE),
            alive(o),
            access.opportunity(o, is_admin=is_admin).see,
        )
        .order_by(o.c.expected_close_on.desc(), o.c.id.desc())
        .limit(_LIMIT)
    )

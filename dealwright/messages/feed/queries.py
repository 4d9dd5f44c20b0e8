"""SQL about a user's notifications: only of records that the user still sees, and none from the
trash."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from dealwright.access import ACTOR
from dealwright.messages.notifications.rules import About
from dealwright.records.kinds import KINDS
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement, shape

notification = schema.notification
NULL = constant(None)
RECORDS = tuple(each for each in About if each.value in KINDS)
DETAILS = {
    About.TASK: ("deadline",),
    About.EVENT: ("content", "contact_id", "opportunity_id", "case_id"),
}


class Row(NamedTuple):
    """One notification, with the current title of its record."""

    id: int
    kind: str
    entity_type: str
    entity_id: int | None
    caused_by: str | None
    payload: str
    created_on: int
    read_on: int | None
    total: int
    title: str | None


@shape
def page(is_admin: bool, is_read: bool | None) -> Statement:
    """The newest `limit` notifications of the actor after `offset`, as `Row`."""
    found = (
        select(
            notification.c.id,
            notification.c.kind,
            notification.c.entity_type,
            notification.c.entity_id,
            notification.c.caused_by,
            notification.c.payload,
            notification.c.created_on,
            notification.c.read_on,
            func.count().over().label("total"),
        )
        .where(*_mine(is_admin, is_read))
        .order_by(notification.c.id.desc())
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
        .subquery("found")
    )
    return Statement(select(*found.c, _title(found)).order_by(found.c.id.desc()))


@shape
def count(is_admin: bool, is_read: bool | None) -> Statement:
    """How many notifications the actor has."""
    return Statement(
        select(func.count()).select_from(notification).where(*_mine(is_admin, is_read))
    )


@shape
def read(everything: bool) -> Statement:
    """Marks notifications of the actor as read at `now`: `ids`, or all there are."""
    named = [] if everything else [AnyOf(notification.c.id, "ids")]
    return Statement(
        update(notification)
        .values(read_on=bindparam("now", type_=BigInteger()))
        .where(notification.c.person_id == ACTOR, notification.c.read_on.is_(NULL), *named)
    )


@shape
def one(is_admin: bool, about: About) -> Statement:
    """The facts that an e-mail gives of the record `id`, if the actor sees it: its title, then
    `DETAILS`."""
    kind = KINDS[about.value]
    details = [kind.table.c[name] for name in DETAILS.get(about, ())]
    return Statement(
        select(kind.title, *details).where(
            kind.table.c.id == bindparam("id", type_=Integer()),
            kind.table.c.deleted_on.is_(NULL),
            kind.rights(kind.table, is_admin=is_admin).see,
        )
    )


LANGUAGE_OF = Statement(
    select(schema.person_profile.c.language).where(
        schema.person_profile.c.person_id == bindparam("person", type_=String())
    )
)


def _mine(is_admin: bool, is_read: bool | None) -> Iterator[ColumnElement[Any]]:
    yield notification.c.person_id == ACTOR
    if is_read is not None:
        yield notification.c.read_on.is_not(NULL) if is_read else notification.c.read_on.is_(NULL)
    seen = [
        and_(_is_about(notification, each), _is_seen(each, is_admin=is_admin)) for each in RECORDS
    ]
    yield or_(_is_about(notification, About.IMPORT), *seen)


def _is_about(row: FromClause, about: About) -> ColumnElement[Any]:
    return row.c.entity_type == constant(about.value)


def _is_seen(about: About, *, is_admin: bool) -> ColumnElement[Any]:
    record = KINDS[about.value].table.alias()
    see = KINDS[about.value].rights(record, is_admin=is_admin).see
    is_there = record.c.deleted_on.is_(NULL)
    return exists(
        select(constant(1))
        .select_from(record)
        .where(record.c.id == notification.c.entity_id, is_there, see)
        .correlate(notification)
    )


def _title(found: FromClause) -> ColumnElement[Any]:
    titles = []
    for each in RECORDS:
        kind = KINDS[each.value]
        its = select(kind.title).where(kind.table.c.id == found.c.entity_id)
        titles.append((_is_about(found, each), its.correlate(found).scalar_subquery()))
    return case(*titles, else_=NULL)

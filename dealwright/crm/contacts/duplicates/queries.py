"""SQL about contacts that may be the same: what several of them share, and who they are."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    func,
    select,
    union_all,
)

from dealwright.crm.contacts.duplicates.rules import By
from dealwright.crm.contacts.queries import alias, c, seen
from dealwright.storage import schema
from dealwright.storage.statements.dialect import Among, constant, rows_of
from dealwright.storage.statements.record_statements import ONE, alive
from dealwright.storage.statements.statement import Statement, shape

info = schema.contact_info
# What kind of contact data each is about; a name is no data.
KINDS = {By.EMAIL: ONE, By.PHONE: constant(0)}
MOST_SHOWN = 100  # contacts of one group


@shape
def groups(is_admin: bool, by: tuple[By, ...]) -> Statement:
    """One page of what several contacts that the actor sees share, as rows of (by, key, how many of
    them, how many groups in all). Binds: `limit`, `offset`.

    The index alone tells which keys occur more than once; only those contacts are looked at.
    """
    found = union_all(*(_shared(each, is_admin=is_admin) for each in by)).subquery()
    return Statement(
        select(found.c.by, found.c.key, found.c.contacts, func.count().over())
        .order_by(found.c.by, found.c.key)
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
    )


@shape
def count(is_admin: bool, by: tuple[By, ...]) -> Statement:
    """How many groups there are."""
    found = union_all(*(_shared(each, is_admin=is_admin) for each in by)).subquery()
    return Statement(select(func.count()).select_from(found))


def _shared(by: By, *, is_admin: bool) -> Select[Any]:
    key, contact_id, holders = _holders(by)
    several = _several(by)
    return (
        holders.add_columns(
            constant(int(by)).label("by"),
            key.label("key"),
            func.count(contact_id.distinct()).label("contacts"),
        )
        .where(Among(key, several), seen(c, is_admin=is_admin))
        .group_by(key)
        .having(func.min(contact_id) < func.max(contact_id))
    )


def _several(by: By) -> Select[Any]:
    """The keys that occur more than once, also of one contact or of hidden ones."""
    if by is By.NAME:
        row = alias("namesake")
        key, found = row.c.display_key, select(row.c.display_key).where(alive(row))
    else:
        other = info.alias("other")
        key, found = other.c.data_key, select(other.c.data_key)
        found = found.where(other.c.info_type == KINDS[by])
    return found.where(key > constant("")).group_by(key).having(func.count() > ONE)


def _holders(by: By) -> tuple[ColumnElement[Any], ColumnElement[Any], Select[Any]]:
    """Key and contact of whoever has a key, and a select of nothing yet from where both stand."""
    if by is By.NAME:
        return c.c.display_key, c.c.id, select().select_from(c)
    joined = info.join(c, c.c.id == info.c.contact_id)
    return (
        info.c.data_key,
        info.c.contact_id,
        select().select_from(joined).where(info.c.info_type == KINDS[by]),
    )


@shape
def members(is_admin: bool, by: tuple[By, ...]) -> Statement:
    """The contacts that the actor sees of the groups `wanted`, (by, key): rows of (by, key,
    contact, how many there are), of each group the oldest MOST_SHOWN."""
    found = union_all(*(_members(each, is_admin=is_admin) for each in by)).subquery()
    group = (found.c.by, found.c.key)
    ranked = select(
        *group,
        found.c.id,
        func.row_number().over(partition_by=group, order_by=found.c.id).label("rank"),
        func.count().over(partition_by=group).label("contacts"),
    ).subquery()
    return Statement(
        select(ranked.c.by, ranked.c.key, ranked.c.id, ranked.c.contacts)
        .where(ranked.c.rank <= constant(MOST_SHOWN))
        .order_by(ranked.c.by, ranked.c.key, ranked.c.id)
    )


def _members(by: By, *, is_admin: bool) -> Select[Any]:
    wanted = rows_of("wanted", by=Integer(), key=String())
    keys = select(wanted.c.key).where(wanted.c.by == constant(int(by)))
    key, contact_id, holders = _holders(by)
    return (
        holders.add_columns(constant(int(by)).label("by"), key.label("key"), contact_id.label("id"))
        .where(Among(key, keys), seen(c, is_admin=is_admin))
        .distinct()
    )


# The keys of the contact `id`, by which others may share them: rows of (by, key).
KEYS = Statement(
    union_all(
        *(
            select(constant(int(by)), info.c.data_key).where(
                info.c.contact_id == bindparam("id", type_=Integer()),
                info.c.info_type == kind,
                info.c.data_key > constant(""),
            )
            for by, kind in KINDS.items()
        ),
        select(constant(int(By.NAME)), c.c.display_key).where(
            c.c.id == bindparam("id", type_=Integer()), c.c.display_key > constant("")
        ),
    )
)

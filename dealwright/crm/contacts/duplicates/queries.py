"""SQL about contacts that may be duplicates: the keys that several of them share, and the
contacts."""

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
# The kind of contact data of each; a name is not contact data.
KINDS = {By.EMAIL: ONE, By.PHONE: constant(0)}
MOST_SHOWN = 100  # contacts per group


@shape
def groups(is_admin: bool, by: tuple[By, ...]) -> Statement:
    """One page of the keys that several contacts share, among those that the actor sees. Rows of
    (by, key, number of contacts, number of groups in all). Binds: `limit`, `offset`.

    The index alone shows which keys occur more than once; only those contacts are checked.
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
    """The number of groups."""
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
    """The keys that occur more than once, even for one contact or for hidden ones."""
    if by is By.NAME:
        row = alias("namesake")
        key, found = row.c.name_key, select(row.c.name_key).where(alive(row))
    else:
        other = info.alias("other")
        key, found = other.c.data_key, select(other.c.data_key)
        found = found.where(other.c.info_type == KINDS[by])
    return found.where(key > constant("")).group_by(key).having(func.count() > ONE)


def _holders(by: By) -> tuple[ColumnElement[Any], ColumnElement[Any], Select[Any]]:
    """The key and the contact of each key holder, and an empty select from the tables that hold
    both."""
    if by is By.NAME:
        return c.c.name_key, c.c.id, select().select_from(c)
    joined = info.join(c, c.c.id == info.c.contact_id)
    return (
        info.c.data_key,
        info.c.contact_id,
        select().select_from(joined).where(info.c.info_type == KINDS[by]),
    )


@shape
def members(is_admin: bool, by: tuple[By, ...]) -> Statement:
    """The contacts of the groups `wanted`, (by, key), that the actor sees. Rows of (by, key,
    contact, number of contacts), with the oldest MOST_SHOWN of each group."""
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
    keys_in_groups = rows_of("wanted", by=Integer(), key=String())
    keys = select(keys_in_groups.c.key).where(keys_in_groups.c.by == constant(int(by)))
    key, contact_id, holders = _holders(by)
    return (
        holders.add_columns(constant(int(by)).label("by"), key.label("key"), contact_id.label("id"))
        .where(Among(key, keys), seen(c, is_admin=is_admin))
        .distinct()
    )


# The keys of the contact `id`, which other contacts may share. Rows of (by, key).
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
        select(constant(int(By.NAME)), c.c.name_key).where(
            c.c.id == bindparam("id", type_=Integer()), c.c.name_key > constant("")
        ),
    )
)

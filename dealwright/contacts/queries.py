"""SQL about contacts: persons and companies."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, case, select

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.dialect import AnyOf, constant, rows_as_json
from dealwright.storage.statement import Statement, shape

contact = schema.contact


def alive(row: FromClause) -> ColumnElement[Any]:
    """Not in the trash."""
    return row.c.deleted_on.is_(constant(None))


def seen(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """In front of the trash and visible to the actor."""
    return alive(row) & access.contact(row, is_admin=is_admin).see


def brief(row: FromClause, *, is_admin: bool) -> list[ColumnElement[Any]]:
    """The columns of `shapes.Brief`, in its order: what other records embed of a contact."""
    listed = schema.contact_access
    managers = rows_as_json(select(listed.c.person_id).where(listed.c.contact_id == row.c.id).correlate(row))
    return [
        row.c.id,
        row.c.is_company,
        row.c.display_name,
        row.c.share_type,
        row.c.currency,
        access.contact(row, is_admin=is_admin).edit,
        case((row.c.share_type == constant(0), managers)),
    ]


def alias(name: str) -> FromClause:
    return contact.alias(name)


@shape
def visible(is_admin: bool) -> Statement:
    """Which of the contacts `ids` exist and may be seen: rows of (id, is_company)."""
    return Statement(
        select(contact.c.id, contact.c.is_company).where(
            AnyOf(contact.c.id, "ids", Integer()), seen(contact, is_admin=is_admin)
        )
    )

"""SQL about cases: one, a page, totals, and the state that a change starts from."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    union,
)

from dealwright import access
from dealwright.crm.cases.rules import Criteria
from dealwright.crm.contacts import queries as contacts
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_as_json
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import best_first, in_title, matches

k = schema.crm_case
member = schema.case_member
access_row = schema.case_access
value = schema.case_value


def seen(*, is_admin: bool) -> ColumnElement[Any]:
    return alive(k) & access.crm_case(k, is_admin=is_admin).see


# ---------------------------------------------------------------------- one, and the rows of a list


@shape
def view(is_admin: bool, is_trusted: bool) -> Statement:
    """One case (`id`) with everything that belongs to it, as `shapes.Row` and two JSON lists:
    members, values.

    `is_trusted`: the actor has just changed it, so they see the result even if they may no longer
    see the case.
    """
    members = contacts.participants(member, member.c.case_id, k, is_admin=is_admin)
    return Statement(
        _rows(is_admin)
        .add_columns(rows_as_json(members), rows_as_json(_values()))
        .where(
            k.c.id == bindparam("id", type_=Integer()),
            alive(k) if is_trusted else seen(is_admin=is_admin),
        )
    )


@shape
def rows(is_admin: bool) -> Statement:
    """The cases `ids` that the actor sees, in no order, as `shapes.Row`."""
    return Statement(
        _rows(is_admin).where(AnyOf(k.c.id, "ids", Integer()), seen(is_admin=is_admin))
    )


@shape
def members_of(is_admin: bool) -> Statement:
    """The members of the cases `ids` that the actor sees: the case's id, then
    `contacts.shapes.Brief`."""
    return Statement(contacts.participants_of(member, member.c.case_id, is_admin=is_admin))


VALUES_OF = record_statements.values_of(value, value.c.case_id)


def _rows(is_admin: bool) -> Select[Any]:
    return select(
        k.c.id,
        k.c.external_id,
        k.c.title,
        k.c.is_closed,
        k.c.is_private,
        case((k.c.is_private, rows_as_json(_people()))),
        access.crm_case(k, is_admin=is_admin).edit,
        k.c.created_by,
        k.c.created_on,
        k.c.version,
    )


def _people() -> Select[Any]:
    people = select(access_row.c.person_id).where(access_row.c.case_id == k.c.id)
    return people.order_by(access_row.c.person_id).correlate(k)


def _values() -> Select[Any]:
    return select(value.c.field_id, value.c.value).where(value.c.case_id == k.c.id).correlate(k)


# -------------------------------------------------------------------------------------------- lists


_TEXT, _WHOLE = String(), Integer()
SORTS: dict[str, record_statements.Key] = {
    "title": (k.c.title_key, _TEXT),
    "dateandtime": (k.c.created_on, BigInteger()),
    "created": (k.c.created_on, BigInteger()),
    "createby": (k.c.created_by, _TEXT),
    "isclosed": (case((k.c.is_closed, ONE), else_=ZERO), _WHOLE),
    "isprivate": (case((k.c.is_private, ONE), else_=ZERO), _WHOLE),
    "externalid": (func.coalesce(k.c.external_id, constant("")), _TEXT),
    "id": (k.c.id, _WHOLE),
}


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page: see `record_statements.page`. Open cases come first, except in the order
    of ids and of the best matches."""
    met, by = conditions(is_admin, filters), SORTS[sort]
    is_parted = filters.state == "" and sort not in ("id", "isclosed")
    if sort == "title" and filters.title_parts:
        by, is_parted = (best_first(k.c.title_key, filters.title_parts), _TEXT), False
    return Statement(
        record_statements.parted_page(
            k, k.c.is_closed, met, by, descending=descending, total=total, after=after
        )
        if is_parted
        else record_statements.page(k, met, by, descending=descending, total=total, after=after)
    )


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of cases that match the filters."""
    return Statement(select(func.count()).select_from(k).where(*conditions(is_admin, filters)))


@shape
def ids(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of all cases that match the filters."""
    return Statement(select(k.c.id).where(*conditions(is_admin, filters)).order_by(k.c.id))


def conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    """The conditions on a row: not in the trash, visible to the actor, and every filter."""
    met = [alive(k)]
    if filters.state:
        met.append(k.c.is_closed if filters.state == "closed" else ~k.c.is_closed)
    if filters.tags:
        link, several = schema.case_tag, filters.tags == "several"
        met.append(
            record_statements.tagged(k, link, link.c.case_id, entity_type=7, several=several)
        )
    if filters.contact:
        met.append(_of_contact(is_admin=is_admin))
    met += in_title(k.c.title_key, filters.title_parts)
    if filters.needles:
        met.append(
            matches(k, schema.crm_case_text, filters.needles, indexed=not filters.leaves_few)
        )
    if not is_admin:  # last: SQLite checks in this order, and this reads another table
        met.append(access.crm_case(k, is_admin=False).see)
    return met


def _of_contact(*, is_admin: bool) -> ColumnElement[Any]:
    """The contact `contact` is a member. A contact that the actor may not see matches nothing."""
    contact_id = bindparam("contact", type_=_WHOLE)
    c: FromClause = contacts.alias("wanted_contact")
    visible = exists(
        select(ONE).select_from(c).where(c.c.id == contact_id, contacts.seen(c, is_admin=is_admin))
    )
    return and_(
        k.c.id.in_(select(member.c.case_id).where(member.c.contact_id == contact_id)), visible
    )


_private = union(
    *record_statements.private_of(k, access_row, access_row.c.case_id, k.c.created_by)
).subquery()


@shape
def total(is_admin: bool) -> Statement:
    """The number of cases that the actor sees: numbers to add up."""
    count = select(func.count()).select_from(k).where(alive(k))
    if is_admin:
        return Statement(count)
    mine = select(func.count()).select_from(_private)
    public = count.where(~k.c.is_private)
    return Statement(select(public.scalar_subquery(), mine.scalar_subquery()))


# ------------------------------------------------------------------------------------------ changes

# The columns that `rules.Case` has under the same names.
LOADED = (
    "id",
    "external_id",
    "title",
    "is_closed",
    "is_private",
    "created_by",
    "created_on",
    "version",
)


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the cases `ids` that the actor sees, ordered by id:
    the columns LOADED, then three JSON lists: members, people with access, values.

    Members are pairs of (contact, whether the actor sees it), so that a change cannot drop a member
    that the actor may not see.
    """
    everyone = contacts.linked(member, member.c.case_id, k, is_admin=is_admin)
    return Statement(
        select(
            *(k.c[name] for name in LOADED),
            *(rows_as_json(part) for part in (everyone, _people(), _values())),
        )
        .where(AnyOf(k.c.id, "ids", Integer()), seen(is_admin=is_admin))
        .order_by(k.c.id)
    )


@shape
def remove(is_admin: bool) -> Statement:
    """Moves the cases `ids` that the actor sees to the trash. Rows of (id, is private)."""
    return record_statements.remove(k, seen(is_admin=is_admin))


SHARE = record_statements.share(k)

"""SQL about events: one, a page, totals, their files, and the state that a change starts from."""

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
    func,
    select,
    union,
)

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.history.rules import Criteria
from dealwright.crm.tasks.queries import ENTITIES
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_as_json
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import matches

e = schema.history_event
file, attached = schema.file, schema.event_file

_TEXT, _WHOLE, _LONG = String(), Integer(), BigInteger()
_CATEGORY = func.coalesce(e.c.category_id, e.c.system_category, ZERO)


def seen(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """Not in the trash and visible to the actor."""
    return alive(row) & access.history_event(row, is_admin=is_admin).see


# ---------------------------------------------------------------------- one, and the rows of a list


@shape
def rows(is_admin: bool, is_trusted: bool = False) -> Statement:
    """The events `ids` that the actor sees, in no order, as `shapes.Row` and the columns after it.

    `is_trusted`: the actor has just written them, so they see them in any case.
    """
    is_visible = alive(e) if is_trusted else seen(e, is_admin=is_admin)
    return Statement(_rows(is_admin).where(AnyOf(e.c.id, "ids", _WHOLE), is_visible))


def _rows(is_admin: bool) -> Select[Any]:
    """The columns of `shapes.Row`, then id and title of the opportunity and of the case, then the
    contact as `contacts.shapes.Brief`."""
    contact = contacts.alias("of_contact")
    joined: Any = e.outerjoin(
        contact, and_(contact.c.id == e.c.contact_id, contacts.seen(contact, is_admin=is_admin))
    )
    entities = []
    for name, (table, rights) in ENTITIES.items():
        entity = table.alias(f"of_{name}")
        is_seen = alive(entity) & rights(entity, is_admin=is_admin).see
        joined = joined.outerjoin(entity, and_(entity.c.id == e.c[f"{name}_id"], is_seen))
        entities += [entity.c.id, entity.c.title]
    return select(
        e.c.id,
        _CATEGORY,
        e.c.content,
        access.history_event(e, is_admin=is_admin).edit,
        e.c.created_by,
        e.c.created_on,
        e.c.version,
        *entities,
        *contacts.brief(contact, is_admin=is_admin),
    ).select_from(joined)


SHOWN_OF_FILE = (
    "id", "title", "content_type", "size", "created_by", "created_on", "modified_by", "modified_on",
    "version",
)  # fmt: skip


@shape
def view_file(is_admin: bool) -> Statement:
    """The file `id` if the actor sees it, as `shapes.FileRow`."""
    is_seen = alive(file) & access.file(file, is_admin=is_admin).see
    record_id = file.c.id == bindparam("id", type_=_WHOLE)
    return Statement(select(*(file.c[name] for name in SHOWN_OF_FILE)).where(record_id, is_seen))


# The files of the events `ids`, whose visibility the caller has checked: the event's id, then
# `shapes.FileRow`.
FILES_OF = Statement(
    select(attached.c.event_id, *(file.c[name] for name in SHOWN_OF_FILE))
    .join(file, file.c.id == attached.c.file_id)
    .where(AnyOf(attached.c.event_id, "ids", _WHOLE), alive(file))
    .order_by(attached.c.event_id, attached.c.file_id)
)


# -------------------------------------------------------------------------------------------- lists

SORTS: dict[str, tuple[ColumnElement[Any], Any]] = {
    "created": (e.c.created_on, _LONG),
    "createby": (e.c.created_by, _TEXT),
    "category": (_CATEGORY, _WHOLE),
    # Cut to the length of a title, because a cursor carries the sort key.
    "content": (func.substr(e.c.content, ONE, constant(255)), _TEXT),
    "id": (e.c.id, _WHOLE),
}


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page, with the total (0 without `total`) and the sort key of each row.

    Binds: `limit`, `offset`, those of the filters, and with `after` the `after_key` and `after_id`
    of the last row of the page before.
    """
    return Statement(
        record_statements.page(
            e,
            _conditions(is_admin, filters),
            SORTS[sort],
            descending=descending,
            total=total,
            after=after,
        )
    )


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of events that match the filters."""
    return Statement(select(func.count()).select_from(e).where(*_conditions(is_admin, filters)))


@shape
def total(is_admin: bool) -> Statement:
    """The number of events that the actor sees: numbers to add up.

    All events, minus those of hidden records. The indexes of private records find the hidden ones,
    so that no right is checked row by row.
    """
    everything = select(func.count()).select_from(e).where(alive(e)).scalar_subquery()
    if is_admin:
        return Statement(select(everything))
    hidden = union(*_hidden()).subquery("hidden")
    less = select(func.count()).select_from(hidden).scalar_subquery()
    return Statement(select(everything, -less))


def _hidden() -> list[Select[Any]]:
    """The ids of events outside the trash that belong to a record that the actor does not see, by
    each of the three ways to belong."""
    c, selects = schema.contact, []
    private = c.c.share_type == ZERO
    parents = [("contact_id", c, private, access.contact)]
    parents += [
        (f"{name}_id", table, table.c.is_private, rights)
        for name, (table, rights) in ENTITIES.items()
    ]
    for column, table, is_private, rights in parents:
        unseen = is_private & ~rights(table, is_admin=False).see
        selects.append(
            select(e.c.id).join(table, table.c.id == e.c[column]).where(alive(e), unseen)
        )
    return selects


def _conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    """The conditions on a row: not in the trash, visible to the actor, and every filter."""
    # differs: without a named record the reference lists events of hidden records too.
    met = [alive(e)]
    if filters.entity:
        met.append(_belongs_to(filters.entity))
    if filters.category:
        column = e.c.system_category if filters.category == "system" else e.c.category_id
        met.append(column == bindparam("category", type_=_WHOLE))
    if filters.author:
        met.append(e.c.created_by == bindparam("author", type_=_TEXT))
    if filters.since:
        met.append(e.c.created_on >= bindparam("since", type_=_LONG))
    if filters.until:
        met.append(e.c.created_on <= bindparam("until", type_=_LONG))
    if filters.needles:
        texts = schema.history_event_text
        met.append(matches(e, texts, filters.needles, indexed=not filters.leaves_few))
    if not is_admin:  # last: SQLite checks in this order, and this reads other tables
        met.append(access.history_event(e, is_admin=False).see)
    return met


def _belongs_to(entity: str) -> ColumnElement[Any]:
    """Belongs to the record `entity`, whose visibility the caller has checked; for a company, to
    its persons too."""
    record_id = bindparam("entity", type_=_WHOLE)
    if entity != "company":
        return e.c[f"{entity}_id"] == record_id
    c = contacts.alias("wanted_contact")
    persons = select(c.c.id).where(c.c.company_id == record_id, alive(c))
    return e.c.contact_id.in_(select(record_id).union_all(persons))


# ----------------------------------------------------------------------------------------- changes

LOADED = (
    "id", "contact_id", "opportunity_id", "case_id", "category_id", "system_category", "content",
    "created_by", "created_on", "version",
)  # fmt: skip


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the event `id` if the actor sees it: the columns
    LOADED, whether the actor may edit it, and a JSON list of its files."""
    files = select(attached.c.file_id).where(attached.c.event_id == e.c.id).correlate(e)
    can_edit = access.history_event(e, is_admin=is_admin).edit
    return Statement(
        select(*(e.c[name] for name in LOADED), case((can_edit, ONE), else_=ZERO))
        .add_columns(rows_as_json(files))
        .where(e.c.id == bindparam("id", type_=_WHOLE), seen(e, is_admin=is_admin))
    )


@shape
def parent_seen(is_admin: bool, entity: str) -> Statement:
    """Whether the actor sees the contact, opportunity or case `id`: no row, or a row with whether
    it is a company."""
    table, rights = (schema.contact, access.contact) if entity == "contact" else ENTITIES[entity]
    is_company = case((table.c.is_company, ONE), else_=ZERO) if entity == "contact" else ZERO
    is_seen = alive(table) & rights(table, is_admin=is_admin).see
    record_id = table.c.id == bindparam("id", type_=_WHOLE)
    return Statement(select(table.c.id, is_company).where(record_id, is_seen))


@shape
def files_seen(is_admin: bool) -> Statement:
    """Those of the files `ids` that the actor sees."""
    is_seen = access.file(file, is_admin=is_admin).see
    return Statement(select(file.c.id).where(AnyOf(file.c.id, "ids", _WHOLE), alive(file), is_seen))

"""SQL about tasks: one, a page, totals, and the state that a change starts from."""

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
    insert,
    or_,
    select,
)

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.tasks.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_of
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import matches

t = schema.task

NOTHING = constant("")
_TEXT, _WHOLE, _LONG = String(), Integer(), BigInteger()
# What a task can belong to besides a contact, by its wire name.
ENTITIES: dict[str, tuple[Any, Any]] = {
    "opportunity": (schema.opportunity, access.opportunity),
    "case": (schema.crm_case, access.crm_case),
}


def seen(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """Not in the trash and visible to the actor."""
    return alive(row) & access.task(row, is_admin=is_admin).see


# ---------------------------------------------------------------------- one, and the rows of a list


@shape
def view(is_admin: bool, is_trusted: bool) -> Statement:
    """One task (`id`), as `shapes.Row` and the columns after it.

    `is_trusted`: the actor has just changed it, so they see the result even if they may no longer
    see the task.
    """
    is_visible = alive(t) if is_trusted else seen(t, is_admin=is_admin)
    return Statement(_rows(is_admin).where(t.c.id == bindparam("id", type_=_WHOLE), is_visible))


@shape
def rows(is_admin: bool) -> Statement:
    """The tasks `ids` that the actor sees, in no order, as `shapes.Row` and the columns after
    it."""
    is_visible = seen(t, is_admin=is_admin)
    return Statement(_rows(is_admin).where(AnyOf(t.c.id, "ids", _WHOLE), is_visible))


def _rows(is_admin: bool) -> Select[Any]:
    """The columns of `shapes.Row`, then those of the contact as `contacts.shapes.Brief` if the
    actor sees it."""
    contact = contacts.alias("of_contact")
    joined: Any = t.outerjoin(
        contact, and_(contact.c.id == t.c.contact_id, contacts.seen(contact, is_admin=is_admin))
    )
    entities = []
    for name, (table, rights) in ENTITIES.items():
        entity = table.alias(f"of_{name}")
        is_seen = alive(entity) & rights(entity, is_admin=is_admin).see
        joined = joined.outerjoin(entity, and_(entity.c.id == t.c[f"{name}_id"], is_seen))
        entities += [entity.c.id, entity.c.title]
    return select(
        t.c.id,
        t.c.external_id,
        t.c.title,
        t.c.description,
        t.c.deadline,
        t.c.responsible_id,
        t.c.category_id,
        t.c.is_closed,
        t.c.alert_value,
        access.task(t, is_admin=is_admin).edit,
        t.c.created_by,
        t.c.created_on,
        t.c.version,
        *entities,
        *contacts.brief(contact, is_admin=is_admin),
    ).select_from(joined)


# -------------------------------------------------------------------------------------------- lists

_responsible = (
    select(func.lower(schema.person.c.last_name + constant(" ") + schema.person.c.first_name))
    .where(schema.person.c.id == t.c.responsible_id)
    .correlate(t)
    .scalar_subquery()
)


def _contact_name(is_admin: bool, descending: bool) -> ColumnElement[Any]:
    """The name of the contact. Tasks without a visible contact come last."""
    c = contacts.alias("named_contact")
    name = (
        select(c.c.display_key)
        .where(c.c.id == t.c.contact_id, contacts.seen(c, is_admin=is_admin))
        .correlate(t)
        .scalar_subquery()
    )
    return func.coalesce(name, NOTHING if descending else constant("\U0010fffd"))


SORTS: dict[str, tuple[ColumnElement[Any], Any]] = {
    "deadline": (t.c.deadline, _LONG),
    "title": (t.c.title_key, _TEXT),
    "category": (func.coalesce(t.c.category_id, ZERO), _WHOLE),
    "contact": (NOTHING, _TEXT),  # see `_key`
    "contactmanager": (_responsible, _TEXT),
    "responsible": (_responsible, _TEXT),
    "created": (t.c.created_on, _LONG),
    "createby": (t.c.created_by, _TEXT),
    # Cut to the length of a title, because a cursor carries the sort key.
    "description": (func.substr(t.c.description, ONE, constant(255)), _TEXT),
    "alertvalue": (t.c.alert_value, _WHOLE),
    "isclosed": (case((t.c.is_closed, ONE), else_=ZERO), _WHOLE),
    "externalid": (func.coalesce(t.c.external_id, NOTHING), _TEXT),
    "id": (t.c.id, _WHOLE),
}


WALKED = ("deadline", "title")  # sort keys that an index serves


def _key(is_admin: bool, sort: str, descending: bool) -> record_statements.Key:
    if sort == "contact":
        return _contact_name(is_admin, descending), _TEXT
    return SORTS[sort]


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page, with the total (0 without `total`), whether each task is closed (unless
    all are alike), and the sort key. Open tasks come first in every sort.

    Binds: `limit`, `offset`, those of the filters, and with `after` the `after_key`, `after_id` and
    `after_part` of the last row of the page before.
    """
    how: dict[str, Any] = {"descending": descending, "total": total, "after": after}
    conditions = _conditions(is_admin, filters)
    by = _key(is_admin, sort, descending)
    if filters.closed or sort == "isclosed":
        return Statement(record_statements.page(t, conditions, by, **how))
    return Statement(record_statements.parted_page(t, t.c.is_closed, conditions, by, **how))


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of tasks that match the filters."""
    conditions = _conditions(is_admin, filters)
    return Statement(select(func.count()).select_from(t).where(*conditions))


@shape
def total(is_admin: bool) -> Statement:
    """The number of tasks that the actor sees: one number."""
    return count(is_admin, Criteria())


def _conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    """The conditions on a row: not in the trash, visible to the actor, and every filter."""
    met = [alive(t)]
    if filters.responsible:
        met.append(t.c.responsible_id == bindparam("responsible", type_=_TEXT))
    if filters.category:
        met.append(t.c.category_id == bindparam("category", type_=_WHOLE))
    if filters.closed:
        met.append(t.c.is_closed if filters.closed == "closed" else ~t.c.is_closed)
    if filters.since:
        met.append(t.c.deadline >= bindparam("since", type_=_LONG))
    if filters.until:
        met.append(t.c.deadline <= bindparam("until", type_=_LONG))
    if filters.entity:
        met.append(_belongs_to(filters.entity, is_admin=is_admin))
    if filters.needles:
        met.append(matches(t, schema.task_text, filters.needles, indexed=not filters.leaves_few))
    if not is_admin:  # last: SQLite checks in this order, and this reads other tables
        met.append(access.task(t, is_admin=False).see)
    return met


def _belongs_to(entity: str, *, is_admin: bool) -> ColumnElement[Any]:
    """Belongs to the record `entity`, or to a person of that company. A record that the actor may
    not see matches nothing."""
    record_id = bindparam("entity", type_=_WHOLE)
    if entity == "contact":
        c, company = contacts.alias("wanted_contact"), contacts.alias("wanted_company")
        is_seen = contacts.seen(c, is_admin=is_admin)
        itself = select(c.c.id).where(c.c.id == record_id, is_seen)
        persons = (
            select(c.c.id)
            .join(company, company.c.id == c.c.company_id)
            .where(company.c.id == record_id, contacts.seen(company, is_admin=is_admin), is_seen)
        )
        return t.c.contact_id.in_(itself.union(persons))
    table, rights = ENTITIES[entity]
    row = table.alias("wanted_entity")
    is_seen = alive(row) & rights(row, is_admin=is_admin).see
    visible = exists(select(ONE).select_from(row).where(row.c.id == record_id, is_seen))
    return and_(t.c[f"{entity}_id"] == record_id, visible)


@shape
def entity_seen(is_admin: bool, entity: str) -> Statement:
    """Whether the actor sees the opportunity or case `id`: a row, or none."""
    table, rights = ENTITIES[entity]
    is_seen = alive(table) & rights(table, is_admin=is_admin).see
    return Statement(select(table.c.id).where(table.c.id == bindparam("id", type_=_WHOLE), is_seen))


# ------------------------------------------------------------------------------------------ changes

# The columns that `rules.Task` has under the same names.
LOADED = (
    "id", "external_id", "title", "description", "deadline", "responsible_id", "category_id",
    "contact_id", "opportunity_id", "case_id", "is_closed", "alert_value", "alert_on", "created_by",
    "created_on", "version",
)  # fmt: skip


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the task `id` if the actor sees it: the columns
    LOADED, whether the actor may edit it, and whether they see its contact and its opportunity or
    case."""
    contact = contacts.alias("of_contact")
    joined: Any = t.outerjoin(contact, contact.c.id == t.c.contact_id)
    sees = [contacts.seen(contact, is_admin=is_admin)]
    for name, (table, rights) in ENTITIES.items():
        entity = table.alias(f"of_{name}")
        joined = joined.outerjoin(entity, entity.c.id == t.c[f"{name}_id"])
        sees.append(
            entity.c.id.is_not(constant(None))
            & alive(entity)
            & rights(entity, is_admin=is_admin).see
        )
    flags = (access.task(t, is_admin=is_admin).edit, sees[0], or_(*sees[1:]))
    return Statement(
        select(*(t.c[name] for name in LOADED), *(case((each, ONE), else_=ZERO) for each in flags))
        .select_from(joined)
        .where(t.c.id == bindparam("id", type_=_WHOLE), seen(t, is_admin=is_admin))
    )


# What a reminder of the task `id` depends on, unless it is in the trash: the reminder time, the
# deadline, the responsible user.
REMINDED = Statement(
    select(t.c.alert_on, t.c.deadline, t.c.responsible_id).where(
        t.c.id == bindparam("id", type_=_WHOLE), alive(t), ~t.c.is_closed
    )
)

# Without the columns that the database fills.
ADDED = tuple(
    column.name for column in t.c if column.name not in ("id", "deleted_on", "deleted_by")
    if column.name != "deleted_with"
)  # fmt: skip
_given = rows_of("given", place=_WHOLE, **{name: t.c[name].type for name in ADDED})
# Adds many tasks at once, given as rows of (position, then ADDED). Returns their ids, which rise
# with the position.
ADD = Statement(
    insert(t)
    .from_select(list(ADDED), select(*(_given.c[name] for name in ADDED)).order_by(_given.c.place))
    .returning(t.c.id)
)

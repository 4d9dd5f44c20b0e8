"""SQL about contacts, persons and companies: one, some by their ids, and the state that a change
starts from."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_as_json
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape

contact = schema.contact
c = contact
access_row = schema.contact_access
value = schema.contact_value
info = schema.contact_info

PRIVATE = c.c.share_type == ZERO
# The names of the totals; the share type decides which total counts a contact.
COUNT_PUBLIC, COUNT_PRIVATE = "contact.public", "contact.private"


def seen(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """Not in the trash and visible to the actor."""
    return alive(row) & access.contact(row, is_admin=is_admin).see


def brief(row: FromClause, *, is_admin: bool) -> list[ColumnElement[Any]]:
    """The columns of `shapes.Brief`, in its order: what other records embed of a contact."""
    return [
        row.c.id,
        row.c.is_company,
        row.c.display_name,
        row.c.share_type,
        row.c.currency,
        _rights(row, is_admin=is_admin),
        case((row.c.share_type == ZERO, _managers(row))),
    ]


def _rights(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """What the actor may do with a contact that they see: 0 nothing more, 1 edit it, 2 also delete
    it. A contact that an invoice names cannot be deleted."""
    edit = access.contact(row, is_admin=is_admin).edit
    return case((edit & ~has_invoices(row), constant(2)), (edit, ONE), else_=ZERO)


def has_invoices(row: FromClause) -> ColumnElement[bool]:
    """Whether an invoice outside the trash names a contact, seen by the actor or not."""
    i = schema.invoice
    named = [
        exists(select(ONE).where(column == row.c.id, alive(i)).correlate(row))
        for column in (i.c.contact_id, i.c.consignee_id)
    ]
    return or_(*named)


@shape
def invoices_of(is_admin: bool) -> Statement:
    """Up to five invoices that name the contact `id`: the number, and whether the actor sees it."""
    i = schema.invoice
    contact_id = bindparam("id", type_=Integer())
    see = access.invoice(i, is_admin=is_admin).see
    return Statement(
        select(i.c.number, case((see, ONE), else_=ZERO))
        .where(alive(i), or_(i.c.contact_id == contact_id, i.c.consignee_id == contact_id))
        .order_by(i.c.id)
        .limit(constant(5))
    )


def alias(name: str) -> FromClause:
    return contact.alias(name)


def _managers(row: FromClause) -> ColumnElement[Any]:
    people = select(access_row.c.person_id).where(access_row.c.contact_id == row.c.id)
    return rows_as_json(people.order_by(access_row.c.person_id).correlate(row))


@shape
def visible(is_admin: bool) -> Statement:
    """Those of the contacts `ids` that exist and that the actor sees. Rows of (id, is_company)."""
    return Statement(
        select(contact.c.id, contact.c.is_company).where(
            AnyOf(contact.c.id, "ids", Integer()), seen(contact, is_admin=is_admin)
        )
    )


# ------------------------------------------------------------------------------------ to be shown


@shape
def view(is_admin: bool, is_trusted: bool) -> Statement:
    """One contact (`id`) with everything that belongs to it, as `shapes.Row` and two JSON lists:
    its values and its contact data (INFO).

    `is_trusted`: the actor has just changed it, so they see the result even if they may no longer
    see the contact.
    """
    values = select(value.c.field_id, value.c.value).where(value.c.contact_id == c.c.id)
    return Statement(
        _rows(is_admin)
        .add_columns(rows_as_json(values.correlate(c)), rows_as_json(_infos().correlate(c)))
        .where(
            c.c.id == bindparam("id", type_=Integer()),
            alive(c) if is_trusted else seen(c, is_admin=is_admin),
        )
    )


@shape
def rows(is_admin: bool) -> Statement:
    """The contacts `ids` that the actor sees, in no order, as `shapes.Row`."""
    return Statement(
        _rows(is_admin).where(AnyOf(c.c.id, "ids", Integer()), seen(c, is_admin=is_admin))
    )


@shape
def briefs(is_admin: bool) -> Statement:
    """The contacts `ids` that the actor sees, in no order, as `shapes.Brief`."""
    return Statement(
        select(*brief(c, is_admin=is_admin)).where(
            AnyOf(c.c.id, "ids", Integer()), seen(c, is_admin=is_admin)
        )
    )


def participants(
    member: Table, owner: Column[Any], row: FromClause, *, is_admin: bool
) -> Select[Any]:
    """The contacts that take part in one record and that the actor sees, by id, as
    `shapes.Brief`."""
    participants = _participants(member, is_admin=is_admin).where(owner == row.c.id)
    return participants.order_by(member.c.contact_id).correlate(row)


def participants_of(member: Table, owner: Column[Any], *, is_admin: bool) -> Select[Any]:
    """The same for the records `ids`: the record's id, then `shapes.Brief`."""
    participants = _participants(member, is_admin=is_admin)
    columns = brief(c, is_admin=is_admin)
    return (
        participants.with_only_columns(owner, *columns)
        .where(AnyOf(owner, "ids", Integer()))
        .order_by(owner, member.c.contact_id)
    )


def _participants(member: Table, *, is_admin: bool) -> Select[Any]:
    is_member = and_(c.c.id == member.c.contact_id, seen(c, is_admin=is_admin))
    return select(*brief(c, is_admin=is_admin)).select_from(member.join(c, is_member))


def linked(member: Table, owner: Column[Any], row: FromClause, *, is_admin: bool) -> Select[Any]:
    """Every contact that takes part in one record as (contact, whether the actor sees it), so that
    a change cannot drop what the actor may not see."""
    is_seen = case((seen(c, is_admin=is_admin), ONE), else_=ZERO)
    return (
        select(member.c.contact_id, is_seen)
        .select_from(member.join(c, c.c.id == member.c.contact_id))
        .where(owner == row.c.id)
        .correlate(row)
    )


VALUES_OF = record_statements.values_of(value, value.c.contact_id)

# The columns of `infos.Info`, in its order.
INFO = (
    info.c.info_type,
    info.c.category,
    info.c.data,
    info.c.is_primary,
    info.c.data_key,
    info.c.id,
)
_of_ids = select(info.c.contact_id, *INFO).where(AnyOf(info.c.contact_id, "ids", Integer()))
INFOS_OF = Statement(_of_ids.order_by(info.c.id))
# The primary item of the kind `info_type` of each contact.
PRIMARY_OF = Statement(
    _of_ids.where(
        info.c.info_type == bindparam("info_type", type_=Integer()), info.c.is_primary
    ).order_by(info.c.id)
)

TAGS_OF = Statement(
    select(schema.contact_tag.c.contact_id, schema.tag.c.title)
    .join(schema.tag, schema.tag.c.id == schema.contact_tag.c.tag_id)
    .where(AnyOf(schema.contact_tag.c.contact_id, "ids", Integer()))
    .order_by(schema.tag.c.title_key)
)


def _infos() -> Select[Any]:
    return select(*INFO).where(info.c.contact_id == c.c.id)


def _rows(is_admin: bool) -> Select[Any]:
    """The columns of `shapes.Row`, then those of the company as `shapes.Brief`. `now` decides which
    tasks are overdue."""
    company, person, task = alias("company"), alias("person"), schema.task.alias("its_task")
    its = (task.c.contact_id == c.c.id, alive(task), access.task(task, is_admin=is_admin).see)
    tasks = select(func.count()).select_from(task).where(*its).correlate(c)
    now = bindparam("now", type_=BigInteger())
    is_late = (~task.c.is_closed, task.c.deadline < now)
    late = select(ONE).select_from(task).where(*its, *is_late).correlate(c)
    persons = (
        select(func.count())
        .select_from(person)
        .where(person.c.company_id == c.c.id, seen(person, is_admin=is_admin))
        .correlate(c)
    )
    return select(
        c.c.id,
        c.c.external_id,
        c.c.is_company,
        c.c.first_name,
        c.c.last_name,
        c.c.company_name,
        c.c.display_name,
        c.c.job_title,
        c.c.about,
        c.c.industry,
        c.c.status_id,
        c.c.share_type,
        c.c.currency,
        case((PRIVATE, _managers(c))),
        _rights(c, is_admin=is_admin),
        case((c.c.is_company, persons.scalar_subquery()), else_=ZERO),
        tasks.scalar_subquery(),
        case((exists(late), ONE), else_=ZERO),
        c.c.created_by,
        c.c.created_on,
        c.c.version,
        *brief(company, is_admin=is_admin),
    ).select_from(
        c.outerjoin(company, and_(company.c.id == c.c.company_id, seen(company, is_admin=is_admin)))
    )


@shape
def photo(is_admin: bool) -> Statement:
    """The photo of the contact `id` if the actor sees it: its three names in the file store, its
    type."""
    photo_row = schema.contact_photo
    return Statement(
        select(photo_row.c.small, photo_row.c.medium, photo_row.c.big, photo_row.c.content_type)
        .join(c, c.c.id == photo_row.c.contact_id)
        .where(c.c.id == bindparam("id", type_=Integer()), seen(c, is_admin=is_admin))
    )


# ------------------------------------------------------------------------------------ to be changed

# The columns that `rules.Contact` has under the same names.
LOADED = (
    "id",
    "external_id",
    "is_company",
    "first_name",
    "last_name",
    "company_name",
    "job_title",
    "about",
    "industry",
    "company_id",
    "status_id",
    "type_id",
    "share_type",
    "currency",
    "created_by",
    "created_on",
    "version",
)


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the contacts `ids` that the actor sees, ordered by
    id: the columns LOADED, whether the actor may edit it, whether they see its company, then three
    JSON lists: managers, values and contact data (INFO)."""
    company = alias("company")
    values = select(value.c.field_id, value.c.value).where(value.c.contact_id == c.c.id)
    rights = access.contact(c, is_admin=is_admin)
    return Statement(
        select(
            *(c.c[name] for name in LOADED),
            case((rights.edit, ONE), else_=ZERO),
            case((seen(company, is_admin=is_admin), ONE), else_=ZERO),
            _managers(c),
            rows_as_json(values.correlate(c)),
            rows_as_json(_infos().correlate(c)),
        )
        .select_from(c.outerjoin(company, company.c.id == c.c.company_id))
        .where(AnyOf(c.c.id, "ids", Integer()), seen(c, is_admin=is_admin))
        .order_by(c.c.id)
    )


@shape
def remove(is_admin: bool) -> Statement:
    """Moves the contacts `ids` that the actor may delete to the trash. Rows of (id, share type)."""
    return Statement(
        update(c)
        .where(
            AnyOf(c.c.id, "ids", Integer()),
            alive(c),
            access.contact(c, is_admin=is_admin).edit,
            ~has_invoices(c),
        )
        .values(
            deleted_on=bindparam("now", type_=BigInteger()),
            deleted_by=access.ACTOR,
            version=c.c.version + ONE,
        )
        .returning(c.c.id, c.c.share_type)
    )

"""SQL about invoices: one, a page, totals, and the state that a change starts from."""

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
    or_,
    select,
)

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.invoices.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_as_json
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import matches

i = schema.invoice
line = schema.invoice_line
_TEXT, _WHOLE, _LONG = String(), Integer(), BigInteger()
ID, _CONTACT = (bindparam(name, type_=_WHOLE) for name in ("id", "contact"))


def seen(row: FromClause, *, is_admin: bool) -> ColumnElement[Any]:
    """Not in the trash and visible to the actor."""
    return alive(row) & access.invoice(row, is_admin=is_admin).see


# ---------------------------------------------------------------------- one, and the rows of a list

# The columns of the invoice's own table that answers show, in the order of `shapes.Row`.
SHOWN = (
    "id", "external_id", "status", "number", "issue_date", "due_date", "template_type", "language",
    "currency", "exchange_rate", "purchase_order_number", "terms", "description", "total",
    "file_id", "created_by", "created_on", "version",
)  # fmt: skip
LINE = (
    "id", "product_id", "tax1_id", "tax2_id", "tax1_rate", "tax2_rate", "sort_order",
    "description", "quantity", "price", "discount",
)  # fmt: skip


@shape
def rows(is_admin: bool, is_trusted: bool = False) -> Statement:
    """The invoices `ids` that the actor sees, in no order, as `shapes.Row` and the columns after
    it. `is_trusted`: the actor has just changed them, so they see them in any case."""
    is_visible = alive(i) if is_trusted else seen(i, is_admin=is_admin)
    return Statement(_rows(is_admin).where(AnyOf(i.c.id, "ids", _WHOLE), is_visible))


@shape
def by_number(is_admin: bool) -> Statement:
    """The invoice with the number `number` if the actor sees it: the same columns."""
    named = i.c.number == bindparam("number", type_=_TEXT)
    return Statement(_rows(is_admin).where(named, seen(i, is_admin=is_admin)))


# Whether an invoice outside the trash has the number `number`, seen by the actor or not.
IS_TAKEN = Statement(
    select(exists(select(ONE).where(i.c.number == bindparam("number", type_=_TEXT), alive(i))))
)

# The lines of the invoice `id`, in their order: LINE.
LINES = Statement(
    select(*(line.c[name] for name in LINE))
    .where(line.c.invoice_id == ID)
    .order_by(line.c.sort_order, line.c.id)
)

# The invoice of the line `id`.
INVOICE_OF = Statement(select(line.c.invoice_id).where(line.c.id == ID))


def _rows(is_admin: bool) -> Select[Any]:
    """`shapes.Row`, then id and title of the opportunity, the contact and the consignee as
    `contacts.shapes.Brief`, each null unless the actor sees it."""
    contact, consignee = contacts.alias("of_contact"), contacts.alias("of_consignee")
    opportunity = schema.opportunity.alias("of_opportunity")
    joined: Any = i
    for row, column in ((contact, "contact_id"), (consignee, "consignee_id")):
        is_seen = contacts.seen(row, is_admin=is_admin)
        joined = joined.outerjoin(row, and_(row.c.id == i.c[column], is_seen))
    is_seen = alive(opportunity) & access.opportunity(opportunity, is_admin=is_admin).see
    joined = joined.outerjoin(opportunity, and_(opportunity.c.id == i.c.opportunity_id, is_seen))
    rights = access.invoice(i, is_admin=is_admin)
    return select(
        *(i.c[name] for name in SHOWN),
        case((rights.edit, ONE), else_=ZERO),
        case((rights.share, ONE), else_=ZERO),
        opportunity.c.id,
        opportunity.c.title,
        *contacts.brief(contact, is_admin=is_admin),
        *contacts.brief(consignee, is_admin=is_admin),
    ).select_from(joined)


# -------------------------------------------------------------------------------------------- lists


def _contact_name(*, is_admin: bool) -> ColumnElement[Any]:
    """The name of the contact, empty unless the actor sees it."""
    c = contacts.alias("named_contact")
    name = (
        select(c.c.display_key)
        .where(c.c.id == i.c.contact_id, contacts.seen(c, is_admin=is_admin))
        .correlate(i)
        .scalar_subquery()
    )
    return func.coalesce(name, constant(""))


SORTS: dict[str, record_statements.Key] = {
    "number": (i.c.number, _TEXT),
    "issuedate": (i.c.issue_date, _LONG),
    "duedate": (i.c.due_date, _LONG),
    "contact": (constant(""), _TEXT),  # see `_key`
    "status": (i.c.status, _WHOLE),
    "created": (i.c.created_on, _LONG),
    "createon": (i.c.created_on, _LONG),
    "cost": (i.c.total, _LONG),
    "currency": (i.c.currency, _TEXT),
    "externalid": (func.coalesce(i.c.external_id, constant("")), _TEXT),
    "id": (i.c.id, _WHOLE),
}


def _key(sort: str, *, is_admin: bool) -> record_statements.Key:
    return (_contact_name(is_admin=is_admin), _TEXT) if sort == "contact" else SORTS[sort]


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page: see `record_statements.page`."""
    met, by = conditions(is_admin, filters), _key(sort, is_admin=is_admin)
    return Statement(
        record_statements.page(i, met, by, descending=descending, total=total, after=after)
    )


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of invoices that match the filters."""
    return Statement(select(func.count()).select_from(i).where(*conditions(is_admin, filters)))


def total(is_admin: bool) -> Statement:
    """The number of invoices that the actor sees."""
    return count(is_admin, Criteria())


def conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    """The conditions on a row: not in the trash, every filter, and visible to the actor."""
    met: list[ColumnElement[Any]] = [alive(i)]
    for is_there, condition in (
        (filters.status, i.c.status == bindparam("status", type_=_WHOLE)),
        (filters.issued_from, i.c.issue_date >= bindparam("issued_from", type_=_LONG)),
        (filters.issued_to, i.c.issue_date <= bindparam("issued_to", type_=_LONG)),
        (filters.due_from, i.c.due_date >= bindparam("due_from", type_=_LONG)),
        (filters.due_to, i.c.due_date <= bindparam("due_to", type_=_LONG)),
        (filters.currency, i.c.currency == bindparam("currency", type_=_TEXT)),
    ):
        if is_there:
            met.append(condition)
    if filters.entity:
        met.append(_of_entity(filters.entity, is_admin=is_admin))
    if filters.needles:
        met.append(matches(i, schema.invoice_text, filters.needles, indexed=not filters.leaves_few))
    if not is_admin:  # last: SQLite checks in this order, and this reads other tables
        met.append(access.invoice(i, is_admin=False).see)
    return met


def _of_entity(entity: str, *, is_admin: bool) -> ColumnElement[Any]:
    """Of the contact or opportunity `entity_id`; what the actor may not see matches nothing."""
    if entity == "none":
        return constant(False)
    table, rights = {
        "contact": (schema.contact, access.contact),
        "opportunity": (schema.opportunity, access.opportunity),
    }[entity]
    entity_id, row = bindparam("entity_id", type_=_WHOLE), table.alias("wanted")
    is_seen = alive(row) & rights(row, is_admin=is_admin).see
    visible = exists(select(ONE).select_from(row).where(row.c.id == entity_id, is_seen))
    return and_(i.c[f"{entity}_id"] == entity_id, visible)


# ------------------------------------------------------------------------------------------ changes

# The columns that `rules.Invoice` has under the same names.
LOADED = (
    "id", "external_id", "status", "number", "issue_date", "due_date", "template_type",
    "contact_id", "consignee_id", "opportunity_id", "billing_address_id", "delivery_address_id",
    "language", "currency", "exchange_rate", "purchase_order_number", "terms", "description",
    "file_id", "created_by", "created_on", "version",
)  # fmt: skip


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the invoices `ids` that the actor sees, ordered by
    id: the columns LOADED, whether the actor owns it or is an administrator, whether they see its
    contact, its consignee and its opportunity, and the lines as a JSON list of LINE."""
    lines = select(*(line.c[name] for name in LINE)).where(line.c.invoice_id == i.c.id)
    contact, consignee = contacts.alias("of_contact"), contacts.alias("of_consignee")
    opportunity = schema.opportunity.alias("of_opportunity")
    parts = [
        (contact, "contact_id", contacts.seen(contact, is_admin=is_admin)),
        (consignee, "consignee_id", contacts.seen(consignee, is_admin=is_admin)),
        (
            opportunity,
            "opportunity_id",
            alive(opportunity) & access.opportunity(opportunity, is_admin=is_admin).see,
        ),
    ]
    visible = [
        exists(select(ONE).select_from(row).where(row.c.id == i.c[column], is_seen).correlate(i))
        for row, column, is_seen in parts
    ]
    return Statement(
        select(
            *(i.c[name] for name in LOADED),
            case((access.invoice(i, is_admin=is_admin).share, ONE), else_=ZERO),
            *(case((each, ONE), else_=ZERO) for each in visible),
            rows_as_json(lines.order_by(line.c.sort_order, line.c.id).correlate(i)),
        )
        .where(AnyOf(i.c.id, "ids", _WHOLE), seen(i, is_admin=is_admin))
        .order_by(i.c.id)
    )


# Whether the contact `contact` takes part in the opportunity `id`, as primary or as member.
TAKES_PART = Statement(
    select(ONE).where(
        or_(
            exists(
                select(ONE).where(
                    schema.opportunity.c.id == ID, schema.opportunity.c.contact_id == _CONTACT
                )
            ),
            exists(
                select(ONE).where(
                    schema.opportunity_member.c.opportunity_id == ID,
                    schema.opportunity_member.c.contact_id == _CONTACT,
                )
            ),
        )
    )
)


@shape
def sees_opportunity(is_admin: bool) -> Statement:
    """Whether the actor sees the opportunity `id`."""
    o = schema.opportunity
    is_seen = alive(o) & access.opportunity(o, is_admin=is_admin).see
    return Statement(select(o.c.id).where(o.c.id == ID, is_seen))


# The address `id` of the contact `contact`: its category and its parts as JSON.
ADDRESS = Statement(
    select(schema.contact_info.c.category, schema.contact_info.c.data).where(
        schema.contact_info.c.id == ID,
        schema.contact_info.c.contact_id == _CONTACT,
        schema.contact_info.c.info_type == constant(7),
    )
)

# The printed texts of the invoice `id`, whose visibility the caller has checked.
DOCUMENT = Statement(select(i.c.document).where(i.c.id == ID))

# The newest number, by which the next is made.
LAST_NUMBER = Statement(select(i.c.number).where(alive(i)).order_by(i.c.id.desc()).limit(ONE))
# Whoever takes the next number waits here for the one before.
LOCK = Statement(select(schema.portal.c.id).with_for_update())

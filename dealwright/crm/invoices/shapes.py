"""The wire form of invoices, and how rows become it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.shapes import Brief, ContactBase
from dealwright.crm.invoices.queries import LINE
from dealwright.crm.invoices.rules import LABELS, InvoiceStatus
from dealwright.crm.products.shapes import InvoiceItem
from dealwright.crm.tasks.shapes import Entity
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money, rate
from dealwright.work import Work


class InvoiceStatusShape(Shape, kw_only=True):
    """The state of an invoice: 1 Draft, 2 Billed, 3 Rejected, 4 Paid, 5 Archive."""

    title: str
    id: int


class InvoiceLine(Shape, kw_only=True):
    """A line of an invoice. `discount` is in percent; a tax of 0 is none."""

    invoice_id: int = msgspec.field(name="invoiceID")
    invoice_item_id: int = msgspec.field(name="invoiceItemID")
    invoice_tax1_id: int = msgspec.field(name="invoiceTax1ID")
    invoice_tax2_id: int = msgspec.field(name="invoiceTax2ID")
    sort_order: int
    description: str
    quantity: MoneyNumber
    price: MoneyNumber
    discount: MoneyNumber
    id: int


class ListedInvoice(Shape, kw_only=True):
    """An invoice as lists show it. `cost` is the total with taxes; `fileID` is that of its PDF, 0
    before there is one. Contact, consignee and entity are null unless you may see them."""

    # ours: the caller's own key, present only where it is set.
    documented_optional = ("external_id",)

    status: InvoiceStatusShape
    number: str
    issue_date: MomentText
    template_type: int
    contact: ContactBase | None
    consignee: ContactBase | None
    entity: Entity | None
    due_date: MomentText
    language: str
    currency: Currency | None
    exchange_rate: MoneyNumber
    purchase_order_number: str
    terms: str
    description: str
    file_id: int = msgspec.field(name="fileID")
    created_on: MomentText = msgspec.field(name="createOn")
    created_by: Employee
    cost: MoneyNumber
    can_edit: bool
    can_delete: bool
    external_id: str | None = None
    id: int


class Invoice(Shape, kw_only=True):
    """An invoice with its lines; by its number alone it comes without lines, contacts and entity,
    and with a cost of 0."""

    documented_optional = ("external_id",)

    invoice_lines: list[InvoiceLine] | None
    status: InvoiceStatusShape
    number: str
    issue_date: MomentText
    template_type: int
    contact: ContactBase | None
    consignee: ContactBase | None
    entity: Entity | None
    due_date: MomentText
    language: str
    currency: Currency | None
    exchange_rate: MoneyNumber
    purchase_order_number: str
    terms: str
    description: str
    file_id: int = msgspec.field(name="fileID")
    created_on: MomentText = msgspec.field(name="createOn")
    created_by: Employee
    cost: MoneyNumber
    can_edit: bool
    can_delete: bool
    external_id: str | None = None
    id: int


class StatusChange(Shape, kw_only=True):
    """The invoices that changed (`key`), and the products whose stock changed with them
    (`value`)."""

    key: list[ListedInvoice]
    value: list[InvoiceItem]


class Row(NamedTuple):
    """The first columns of a row of `queries.rows`. Id and title of the opportunity follow, then
    contact and consignee (`contacts.Brief`)."""

    id: int
    external_id: str | None
    status: int
    number: str
    issue_date: int
    due_date: int
    template_type: int
    language: str
    currency: str
    exchange_rate: int
    purchase_order_number: str
    terms: str
    description: str
    total: int
    file_id: int | None
    created_by: str
    created_on: int
    version: int
    can_edit: bool | int
    can_delete: bool | int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")
_BRIEF = len(Brief._fields)


class References(NamedTuple):
    """What invoices refer to, held in the process."""

    staff: Staff
    currency: str
    moments: Moments


async def references(work: Work) -> References:
    portal = await work.cached(current)
    people = staff(await work.cached(everybody), base_url=work.base_url, language=portal.language)
    return References(people, portal.currency, work.moments)


def base(columns: Sequence[Any], to: References) -> ListedInvoice:
    """Builds an invoice as lists show it from a row of `queries.rows`."""
    return ListedInvoice(**_members(columns, to))


def invoice(columns: Sequence[Any], lines: Sequence[Sequence[Any]], to: References) -> Invoice:
    """Builds a whole invoice from a row of `queries.rows` and those of `queries.LINES`."""
    return Invoice(
        invoice_lines=[line(columns[0], each) for each in lines], **_members(columns, to)
    )


def bare(columns: Sequence[Any], to: References) -> Invoice:
    """# quirk: an invoice that is sought by its number comes without what belongs to it."""
    nothing = {"contact": None, "consignee": None, "entity": None, "cost": money(0)}
    return Invoice(invoice_lines=None, **{**_members(columns, to), **nothing})


def line(invoice_id: int, row: Sequence[Any]) -> InvoiceLine:
    """Builds a line from a row of `queries.LINES`."""
    found = dict(zip(LINE, row, strict=True))
    return InvoiceLine(
        invoice_id=invoice_id,
        invoice_item_id=found["product_id"],
        invoice_tax1_id=found["tax1_id"] or 0,
        invoice_tax2_id=found["tax2_id"] or 0,
        sort_order=found["sort_order"],
        description=found["description"],
        quantity=money(found["quantity"]),
        price=money(found["price"]),
        discount=money(found["discount"]),
        id=found["id"],
    )


def status(number: int) -> InvoiceStatusShape:
    return InvoiceStatusShape(title=LABELS[InvoiceStatus(number)], id=number)


def _members(columns: Sequence[Any], to: References) -> dict[str, Any]:
    row = Row(*columns[:WIDTH])
    opportunity_id, title = columns[WIDTH : WIDTH + 2]
    contact = columns[WIDTH + 2 : WIDTH + 2 + _BRIEF]
    consignee = columns[WIDTH + 2 + _BRIEF :]
    return {
        "status": status(row.status),
        "number": row.number,
        "issue_date": to.moments(row.issue_date),
        "template_type": row.template_type,
        "contact": _party(contact, to),
        "consignee": _party(consignee, to),
        "entity": None
        if opportunity_id is None
        else Entity(entity_type="opportunity", entity_id=opportunity_id, entity_title=title),
        "due_date": to.moments(row.due_date),
        "language": row.language,
        "currency": catalogue().get(row.currency or to.currency),
        "exchange_rate": rate(row.exchange_rate),
        "purchase_order_number": row.purchase_order_number,
        "terms": row.terms,
        "description": row.description,
        "file_id": row.file_id or 0,
        "created_on": to.moments(row.created_on),
        "created_by": to.staff[row.created_by],
        "cost": money(row.total),
        "can_edit": row.can_edit == 1,
        "can_delete": row.can_delete == 1,
        "external_id": row.external_id,
        "id": row.id,
    }


def _party(brief: Sequence[Any], to: References) -> ContactBase | None:
    """A contact of an invoice can never be deleted."""
    if brief[0] is None:
        return None
    party = contacts.base(brief, to.staff, catalogue())
    party.can_delete = False
    return party

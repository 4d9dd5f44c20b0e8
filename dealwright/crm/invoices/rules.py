"""What an invoice may be, and how a change makes a new value of it: pure decisions.

Moments are microseconds in UTC; money, quantities and percentages are 1/10 000, exchange rates
1/10⁹.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from dealwright.crm.invoices.totals import invoice_total
from dealwright.errors import Forbidden, Invalid, demand_given

HUNDRED = 100 * 10_000
MOST_LINES = 1000
# Keeps every product of two numbers, and the sum of all lines, within 64 bits of 1/10 000.
MOST_NUMBER = 99_999_999_99 * 100
MOST_TOTAL = 922_337_203_685_477 * 10_000


class InvoiceStatus(IntEnum):
    """The states of an invoice. The reference declares Archived, but nothing leads to it."""

    DRAFT = 1
    SENT = 2
    REJECTED = 3
    PAID = 4
    ARCHIVED = 5

    @classmethod
    def captions(cls) -> dict[str, "InvoiceStatus"]:
        """The labels that people read, in lower case."""
        return {label.lower(): status for status, label in LABELS.items()}


LABELS: Mapping[InvoiceStatus, str] = {
    InvoiceStatus.DRAFT: "Draft",
    InvoiceStatus.SENT: "Billed",
    InvoiceStatus.REJECTED: "Rejected",
    InvoiceStatus.PAID: "Paid",
    InvoiceStatus.ARCHIVED: "Archive",
}
NEXT: Mapping[InvoiceStatus, tuple[InvoiceStatus, ...]] = {
    InvoiceStatus.DRAFT: (InvoiceStatus.SENT,),
    InvoiceStatus.SENT: (InvoiceStatus.PAID, InvoiceStatus.REJECTED),
    InvoiceStatus.REJECTED: (InvoiceStatus.DRAFT,),
    InvoiceStatus.PAID: (InvoiceStatus.SENT,),
    InvoiceStatus.ARCHIVED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. Its rates are those of its taxes at the time it was saved; `id` is 0 before."""

    id: int = 0
    product_id: int
    tax1_id: int | None
    tax2_id: int | None
    tax1_rate: int = 0
    tax2_rate: int = 0
    sort_order: int
    description: str
    quantity: int
    price: int
    discount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice as it is or will be stored."""

    id: int = 0
    external_id: str | None = None
    status: int = InvoiceStatus.DRAFT
    number: str
    issue_date: int
    due_date: int
    template_type: int
    contact_id: int | None
    consignee_id: int | None
    opportunity_id: int | None
    billing_address_id: int
    delivery_address_id: int
    language: str
    currency: str
    exchange_rate: int
    purchase_order_number: str
    terms: str
    description: str
    file_id: int | None = None
    created_by: str
    created_on: int
    lines: tuple[Line, ...] = ()
    version: int = 1

    @property
    def total(self) -> int:
        return invoice_total(self.lines)


class LineInput(Protocol):
    """What a caller sends of a line; a tax of 0 is none."""

    @property
    def invoice_item_id(self) -> int: ...
    @property
    def invoice_tax1_id(self) -> int: ...
    @property
    def invoice_tax2_id(self) -> int: ...
    @property
    def description(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def price(self) -> int: ...
    @property
    def discount(self) -> int: ...


class InvoiceInput(Protocol):
    """What a caller sends to create or replace an invoice; an id of 0 is none."""

    @property
    def external_id(self) -> str | None: ...
    @property
    def issue_date(self) -> int | None: ...
    @property
    def due_date(self) -> int | None: ...
    @property
    def template_type(self) -> int: ...
    @property
    def contact_id(self) -> int: ...
    @property
    def consignee_id(self) -> int: ...
    @property
    def entity_id(self) -> int: ...
    @property
    def billing_address_id(self) -> int: ...
    @property
    def delivery_address_id(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def exchange_rate(self) -> int: ...
    @property
    def purchase_order_number(self) -> str: ...
    @property
    def terms(self) -> str: ...
    @property
    def description(self) -> str: ...


def require(inputs: InvoiceInput) -> None:
    """Checks what every invoice needs. Raises Invalid that names all that is missing."""
    currency = "must be a currency such as EUR: GET crm/settings/currency lists them"
    demand_given(
        (inputs.issue_date is not None, "issueDate", "must be a date"),
        (inputs.due_date is not None, "dueDate", "must be a date"),
        (inputs.contact_id > 0, "contactId", "must be the id of a contact"),
        (bool(inputs.currency), "currency", currency),
        (inputs.exchange_rate > 0, "exchangeRate", "must be greater than 0"),
        (bool(inputs.terms), "terms", "must not be empty"),
    )


def require_number(number: str) -> None:
    if not number.strip():
        raise Invalid("number", "must not be empty; GET crm/invoice/sample proposes the next one")


def require_line(inputs: LineInput, *, within: str = "") -> None:
    """Checks one line; `within` names it in a list. Raises Invalid."""
    if inputs.invoice_item_id <= 0:
        raise Invalid(f"{within}invoiceItemID", "must be the id of an invoice item")
    for name, number in (("quantity", inputs.quantity), ("price", inputs.price)):
        if not 0 <= number <= MOST_NUMBER:
            raise Invalid(f"{within}{name}", "must be between 0 and 99999999.99")
    if not 0 <= inputs.discount <= HUNDRED:
        raise Invalid(f"{within}discount", "must be a percentage between 0 and 100")


def lines_of(inputs: Sequence[LineInput]) -> tuple[Line, ...]:
    """The lines of an invoice in the order in which they were sent. Raises Invalid."""
    if not inputs:
        raise Invalid("invoiceLines", "must hold at least one line")
    if len(inputs) > MOST_LINES:
        raise Invalid("invoiceLines", f"must hold at most {MOST_LINES} lines")
    for place, each in enumerate(inputs):
        require_line(each, within=f"invoiceLines[{place}].")
    return tuple(line_of(each, sort_order=place) for place, each in enumerate(inputs))


def line_of(inputs: LineInput, *, sort_order: int) -> Line:
    return Line(
        product_id=inputs.invoice_item_id,
        tax1_id=inputs.invoice_tax1_id or None,
        tax2_id=inputs.invoice_tax2_id or None,
        sort_order=sort_order,
        description=inputs.description,
        quantity=inputs.quantity,
        price=inputs.price,
        discount=inputs.discount,
    )


def create(
    inputs: InvoiceInput, lines: tuple[Line, ...], *, number: str, actor: str, now: int
) -> Invoice:
    """A new draft. Call `require` first."""
    return Invoice(
        external_id=inputs.external_id or None,
        number=number,
        **_values(inputs),
        lines=lines,
        created_by=actor,
        created_on=now,
    )


def revise(before: Invoice, inputs: InvoiceInput, lines: tuple[Line, ...]) -> Invoice:
    """The draft with every value replaced except its number, as a PUT does.

    # differs: an absent `externalId` keeps the stored one.
    """
    external_id = before.external_id if inputs.external_id is None else inputs.external_id or None
    after = replace(before, external_id=external_id, **_values(inputs), lines=lines)
    return edited(after)


def edited(invoice: Invoice) -> Invoice:
    """The next version of an invoice, without the PDF of the version before."""
    return replace(invoice, file_id=None, version=invoice.version + 1)


def _values(inputs: InvoiceInput) -> dict[str, Any]:
    return {
        "issue_date": inputs.issue_date,
        "due_date": inputs.due_date,
        "template_type": inputs.template_type,
        "contact_id": inputs.contact_id,
        "consignee_id": inputs.consignee_id or None,
        "opportunity_id": inputs.entity_id or None,
        "billing_address_id": inputs.billing_address_id,
        "delivery_address_id": inputs.delivery_address_id,
        "language": inputs.language,
        "currency": inputs.currency.upper(),
        "exchange_rate": inputs.exchange_rate,
        "purchase_order_number": inputs.purchase_order_number,
        "terms": inputs.terms,
        "description": inputs.description,
    }


def demand_draft(invoice: Invoice) -> None:
    """Raises Forbidden for an invoice that was billed: what the customer has stays as it is.

    # differs: the reference answers 404.
    """
    if invoice.status != InvoiceStatus.DRAFT:
        label = LABELS[InvoiceStatus(invoice.status)]
        raise Forbidden(
            f"Access Denied: invoice {invoice.number} is {label}. Only drafts can be edited;"
            " make a corrected copy with POST crm/invoice/{id}/copy"
        )


def move(invoice: Invoice, status: InvoiceStatus) -> Invoice:
    """The invoice in another state; the same value if it is in that state already. Raises Invalid,
    naming the allowed ones.

    # differs: the reference answers the unchanged invoice for a step that is not allowed.
    """
    if invoice.status == status:
        return invoice
    allowed = NEXT[InvoiceStatus(invoice.status)]
    if status not in allowed:
        now = LABELS[InvoiceStatus(invoice.status)]
        names = " or ".join(LABELS[each] for each in allowed) or "nothing else"
        raise Invalid("status", f"must be {names}: invoice {invoice.number} is {now}")
    return replace(invoice, status=int(status), version=invoice.version + 1)


def stock_changes(before: Invoice, after: Invoice) -> dict[int, int]:
    """By product, what a change of state adds to its stock: billing takes the quantities out,
    rejecting a billed invoice puts them back."""
    step = (InvoiceStatus(before.status), InvoiceStatus(after.status))
    sign = _STOCK.get(step, 0)
    changes: dict[int, int] = {}
    for line in after.lines if sign else ():
        changes[line.product_id] = changes.get(line.product_id, 0) + sign * line.quantity
    return changes


_STOCK = {
    (InvoiceStatus.DRAFT, InvoiceStatus.SENT): -1,
    (InvoiceStatus.SENT, InvoiceStatus.REJECTED): 1,
}


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    status: bool = False
    issued_from: bool = False
    issued_to: bool = False
    due_from: bool = False
    due_to: bool = False
    entity: str = ""  # contact | opportunity | none
    currency: bool = False
    needles: int = 0

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    @property
    def as_common(self) -> "Criteria":
        """The same: its pages are read in one way."""
        return self

    @property
    def is_counted(self) -> bool:
        """Nothing keeps the number of what matches."""
        return False

    @property
    def leaves_few(self) -> bool:
        """Whether a filter other than the text narrows the rows through an index."""
        return self.entity != ""

"""Routes of invoices: lists, one invoice, its changes and states."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.invoices import actions, filters, queries, reads
from dealwright.crm.invoices.filters import Filter
from dealwright.crm.invoices.rules import InvoiceStatus
from dealwright.crm.invoices.shapes import Invoice, ListedInvoice, StatusChange
from dealwright.crm.products import reads as products
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length, Moment, Money, Rate
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Text = Annotated[str, Length(65_000)]
Line = Annotated[str, Length(255)]


class LineBody(msgspec.Struct, kw_only=True, frozen=True):
    """A line of an invoice. `discount` is in percent; a tax of 0 is none."""

    invoice_item_id: Id = 0
    invoice_tax1_id: Id = 0
    invoice_tax2_id: Id = 0
    description: Text = ""
    quantity: Money = 0
    price: Money = 0
    discount: Money = 0


class InvoiceBody(msgspec.Struct, kw_only=True, frozen=True):
    """The values of an invoice, all replaced by a PUT. `entityId` is an opportunity in which the
    contact takes part; addresses are contact data of the contact and of the consignee."""

    issue_date: Moment | None = None
    template_type: int = 0
    contact_id: Id = 0
    consignee_id: Id = 0
    entity_id: Id = 0
    billing_address_id: Id = 0
    delivery_address_id: Id = 0
    due_date: Moment | None = None
    language: Line = ""
    currency: Line = ""
    exchange_rate: Rate = 0
    purchase_order_number: Line = ""
    terms: Text = ""
    description: Text = ""
    invoice_lines: list[LineBody] = []
    external_id: Line | None = None


class New(InvoiceBody, kw_only=True, frozen=True):
    """`number` must be free; with `autogenerateNumber` the server gives the next one instead, also
    to many callers at once."""

    number: Line = ""
    autogenerate_number: bool = False


class Change(InvoiceBody, kw_only=True, frozen=True):
    id: Id


class InvoicePath(msgspec.Struct, kw_only=True, frozen=True):
    invoice_id: Id


class OfEntity(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: str
    entity_id: Id


class ByNumber(msgspec.Struct, kw_only=True, frozen=True):
    number: Line = ""


class Several(msgspec.Struct, kw_only=True, frozen=True):
    invoice_ids: list[int] = []


class StatusBody(Several, kw_only=True, frozen=True):
    status: InvoiceStatus


class CreationDate(InvoicePath, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(InvoicePath, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


@route.get("invoice/filter", mode=Mode.HEAVY)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[ListedInvoice]:
    """Lists the invoices that match all given filters, by number where no `sortBy` is given.

    `filterValue` searches numbers, descriptions, terms and purchase order numbers.
    """
    return await reads.page(work, filters.resolve(params, paging.filter_value), paging)


@route.get("{entityType:(contact|person|company|opportunity|case)}/invoicelist/{entityid:id}")
async def of_entity(work: Work, params: OfEntity, paging: Paging) -> Listing[ListedInvoice]:
    """Lists the invoices of one contact or opportunity. A case has none."""
    filters.demand_entity(params.entity_id)
    wanted = filters.of_entity(params.entity_type, params.entity_id)
    return await reads.page(work, wanted, paging)


@route.get("invoice/{invoiceid:id}")
async def view(work: Work, params: InvoicePath) -> Answer[Invoice]:
    """Returns one invoice with its lines."""
    return await reads.view(work, params.invoice_id)


@route.get("invoice/sample")
async def sample(work: Work) -> Invoice:
    """Returns what a new invoice starts with: the next number, the terms, dates. Stores nothing."""
    return await reads.sample(work)


@route.get("invoice/jsondata/{invoiceid:id}")
async def printed(work: Work, params: InvoicePath) -> str:
    """Returns the printed texts of an invoice as JSON text, in its language."""
    await reads.view(work, params.invoice_id)
    text: str = (await work.row(queries.DOCUMENT, id=params.invoice_id))[0]
    return text


@route.get("invoice/bynumber/exist")
async def exists(work: Work, params: ByNumber) -> bool:
    """Tells whether an invoice has a number, also one that you may not see."""
    return await reads.exists(work, params.number)


@route.get("invoice/bynumber")
async def by_number(work: Work, params: ByNumber) -> Answer[Invoice]:
    """Returns the invoice with a number, without its lines, contacts and total."""
    return await reads.by_number(work, params.number)


@route.post("invoice", mode=Mode.TRANSACTION)
async def create(work: Work, params: New) -> Answer[Invoice]:
    """Creates a draft of an invoice."""
    created = await actions.create(
        work,
        params,
        params.invoice_lines,
        number=params.number,
        is_numbered=params.autogenerate_number,
    )
    return await reads.changed(work, created)


@route.put("invoice/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> Answer[Invoice]:
    """Replaces everything of a draft except its number.

    Billed invoices cannot be changed: make a corrected copy.
    """
    await actions.update(work, params.id, params, params.invoice_lines)
    return await reads.changed(work, params.id)


@route.post("invoice/{invoiceid:id}/copy", mode=Mode.TRANSACTION)
async def copy(work: Work, params: InvoicePath) -> Answer[Invoice]:
    """Makes a draft with everything of an invoice and the next number, dated today."""
    return await reads.changed(work, await actions.copy(work, params.invoice_id))


@route.put("invoice/status/{status}", mode=Mode.TRANSACTION)
async def move(work: Work, params: StatusBody) -> StatusChange:
    """Moves invoices to another state: all of them, or none.

    Draft can become Billed, Billed can become Paid or Rejected, Rejected can become Draft and Paid
    can become Billed. Billing takes the quantities of tracked products out of stock.
    """
    moved, touched = await actions.move(work, params.invoice_ids, params.status)
    return StatusChange(
        key=await reads.show(work, moved, is_trusted=True), value=await products.show(work, touched)
    )


@route.delete("invoice/{invoiceid:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: InvoicePath) -> Answer[ListedInvoice]:
    """Moves an invoice to the trash and returns it as it was. Only its creator and administrators
    may do this."""
    await reads.view(work, params.invoice_id)
    [before] = await reads.show(work, [params.invoice_id])
    await actions.delete(work, params.invoice_id)
    return Answer(value=before)


@route.delete("invoice", mode=Mode.TRANSACTION)
async def delete_many(work: Work, params: Several) -> list[ListedInvoice]:
    """Moves those of the invoices that you may delete to the trash and returns them as they
    were."""
    going = await actions.deletable(work, params.invoice_ids)
    before = await reads.show(work, going)
    await actions.delete_many(work, going)
    return before


@route.put("invoice/{invoiceid:id}/creationdate", mode=Mode.TRANSACTION)
async def set_creation_date(work: Work, params: CreationDate) -> None:
    """Sets when an invoice was created, for imports."""
    await actions.set_timestamp(work, params.invoice_id, "created_on", params.creation_date)


@route.put("invoice/{invoiceid:id}/lastmodifeddate", mode=Mode.TRANSACTION)
async def set_modification_date(work: Work, params: ModificationDate) -> None:
    """Sets when an invoice was last changed, for imports."""
    await actions.set_timestamp(work, params.invoice_id, "modified_on", params.last_modified_date)

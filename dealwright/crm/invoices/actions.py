"""Creates, changes, bills and deletes invoices. Each action reads in the order of its checks and
steps, and needs a transaction."""

from collections.abc import Sequence
from dataclasses import replace

from dealwright.crm import access_changes
from dealwright.crm.contacts.reads import visible_among
from dealwright.crm.invoices import printing, queries, repository, rules
from dealwright.crm.invoices.numbering.actions import is_taken, taken_next
from dealwright.crm.invoices.repository import Loaded
from dealwright.crm.invoices.rules import (
    Invoice,
    InvoiceInput,
    InvoiceStatus,
    Line,
    LineInput,
)
from dealwright.crm.products import actions as products
from dealwright.crm.products import repository as catalogue
from dealwright.crm.taxes.queries import taxes
from dealwright.errors import Forbidden, Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.portal.rates.actions import demand_currency
from dealwright.work import Work

BILLING, POSTAL = 3, 1  # categories of addresses


async def create(
    work: Work, inputs: InvoiceInput, lines: Sequence[LineInput], *, number: str, is_numbered: bool
) -> int:
    """A new draft; its id. `is_numbered`: it takes the next free number. Raises Invalid, Conflict
    for an externalId that is in use."""
    requested = rules.lines_of(lines)
    rules.require(inputs)
    if not is_numbered:
        rules.require_number(number)
    number = await taken_next(work) if is_numbered else number
    if await is_taken(work, number):
        raise Invalid("number", f"must be free: there is an invoice {number}")
    draft = rules.create(inputs, requested, number=number, actor=work.actor.id, now=work.now)
    draft = await _completed(work, draft, None)
    return await repository.add(work, draft, document=await printing.document(work, draft))


async def update(
    work: Work, invoice_id: int, inputs: InvoiceInput, lines: Sequence[LineInput]
) -> None:
    """Replaces everything of a draft except its number. Raises Invalid, NotFound, Forbidden, Stale,
    Conflict."""
    loaded = await _load_draft(work, invoice_id, parameter="id")
    requested = rules.lines_of(lines)
    rules.require(inputs)
    after = rules.revise(loaded.before, inputs, requested)
    await _store(work, loaded, _with_hidden(after, loaded))


async def copy(work: Work, invoice_id: int) -> int:
    """A draft with everything of an invoice and the next number, dated today; its id. Raises
    Invalid, NotFound."""
    source = (await repository.load(work, invoice_id)).before
    number = await taken_next(work)
    due = work.now + max(0, source.due_date - source.issue_date)
    draft = replace(
        source,
        id=0,
        external_id=None,
        status=int(InvoiceStatus.DRAFT),
        number=number,
        issue_date=work.now,
        due_date=due,
        file_id=None,
        lines=tuple(replace(line, id=0) for line in source.lines),
        created_by=work.actor.id,
        created_on=work.now,
        version=1,
    )
    return await repository.add(work, draft, document=await printing.document(work, draft))


async def delete(work: Work, invoice_id: int) -> None:
    """Moves an invoice to the trash. Raises Invalid, NotFound, Forbidden, Stale."""
    loaded = await repository.load(work, invoice_id)
    if not loaded.is_own:
        raise Forbidden
    await repository.remove(work, loaded.before)


async def deletable(work: Work, invoice_ids: Sequence[int]) -> list[int]:
    """Those of the invoices that the actor may delete. Raises Invalid for an empty list."""
    if not invoice_ids:
        raise Invalid("invoiceids", "must hold at least one id")
    loaded = await repository.load_many(work, invoice_ids)
    return [each.before.id for each in loaded if each.is_own]


async def delete_many(work: Work, invoice_ids: Sequence[int]) -> None:
    """Moves invoices that `deletable` named to the trash."""
    for each in await repository.load_many(work, invoice_ids):
        await repository.remove(work, each.before)


async def set_timestamp(work: Work, invoice_id: int, column: str, moment: int | None) -> None:
    """Sets the time of creation or of the last change, for imports. Raises NotFound, Forbidden,
    Invalid."""
    if not (await repository.load(work, invoice_id)).is_own:
        raise Forbidden
    await access_changes.set_timestamp(work, repository, invoice_id, column, moment)


# ---------------------------------------------------------------------------------- states


async def move(
    work: Work, invoice_ids: Sequence[int], status: InvoiceStatus
) -> tuple[list[int], list[int]]:
    """Moves those of the invoices that the actor sees to another state: all, or none. Returns their
    ids, and those of the products whose stock changed.

    # differs: the reference changes the state and then refuses the stock to all but administrators.
    Raises Invalid for a step that is not allowed.
    """
    if not invoice_ids:
        raise Invalid("invoiceids", "must hold at least one id")
    loaded = {each.before.id: each.before for each in await repository.load_many(work, invoice_ids)}
    moves = [(before, rules.move(before, status)) for before in loaded.values()]
    stock: dict[int, int] = {}
    for before, after in moves:
        if after is not before:
            await repository.save(work, before, after, "moved")
            for product, change in rules.stock_changes(before, after).items():
                stock[product] = stock.get(product, 0) + change
    touched = await products.restock(work, stock) if stock else []
    return [each for each in dict.fromkeys(invoice_ids) if each in loaded], touched


# ----------------------------------------------------------------------------------- lines


async def add_line(work: Work, invoice_id: int, inputs: LineInput, *, sort_order: int) -> int:
    """A new line of a draft; its id. Raises Invalid, Forbidden."""
    try:
        loaded = await _load_draft(work, invoice_id, parameter="invoiceId")
    except NotFound:
        raise Invalid("invoiceId", "must be the id of an invoice") from None
    rules.require_line(inputs)
    if len(loaded.before.lines) >= rules.MOST_LINES:
        raise Invalid("invoiceId", f"must be an invoice with fewer than {rules.MOST_LINES} lines")
    line = rules.line_of(inputs, sort_order=sort_order)
    lines = (*loaded.before.lines, line)
    await _store(work, loaded, rules.edited(replace(loaded.before, lines=lines)))
    known = {each.id for each in loaded.before.lines}
    stored = (await repository.load_many(work, [invoice_id]))[0].before.lines
    return next(each.id for each in stored if each.id not in known)


async def change_line(
    work: Work, line_id: int, invoice_id: int, inputs: LineInput, *, sort_order: int
) -> None:
    """Replaces a line of a draft. Raises Invalid, NotFound, Forbidden."""
    if invoice_id <= 0:
        raise Invalid("invoiceId", "must be the id of an invoice")
    loaded = await _load_by_line(work, line_id)
    if loaded.before.id != invoice_id:
        raise NotFound
    rules.require_line(inputs)
    line = replace(rules.line_of(inputs, sort_order=sort_order), id=line_id)
    lines = tuple(line if each.id == line_id else each for each in loaded.before.lines)
    await _store(work, loaded, rules.edited(replace(loaded.before, lines=lines)))


async def remove_line(work: Work, line_id: int) -> None:
    """Deletes a line of a draft. Raises NotFound, Forbidden, and Invalid for the last line.

    # differs: the reference answers 500 for the last line.
    """
    loaded = await _load_by_line(work, line_id)
    lines = tuple(each for each in loaded.before.lines if each.id != line_id)
    if not lines:
        raise Invalid("id", "must not be the only line", "Can't delete invoice line")
    await _store(work, loaded, rules.edited(replace(loaded.before, lines=lines)))


async def _load_by_line(work: Work, line_id: int) -> Loaded:
    """The draft that has a line. Raises NotFound, Stale, Forbidden."""
    row = await work.row(queries.INVOICE_OF, id=line_id)
    if row is None:
        raise NotFound
    return await _load_draft(work, row[0], parameter="id")


# -------------------------------------------------------------------- what a change needs


async def _load_draft(work: Work, invoice_id: int, *, parameter: str) -> Loaded:
    """Raises Invalid, NotFound, Stale, Forbidden."""
    loaded = await repository.load(work, invoice_id, parameter=parameter)
    if not loaded.is_own:
        raise Forbidden
    rules.demand_draft(loaded.before)
    return loaded


def _with_hidden(after: Invoice, loaded: Loaded) -> Invoice:
    """What the actor may not see they cannot clear."""
    before = loaded.before
    if after.consignee_id is None and not loaded.sees_consignee:
        after = replace(after, consignee_id=before.consignee_id)
    if after.opportunity_id is None and not loaded.sees_opportunity:
        after = replace(after, opportunity_id=before.opportunity_id)
    return after


async def _store(work: Work, loaded: Loaded, after: Invoice) -> None:
    after = await _completed(work, after, loaded.before)
    document = await printing.document(work, after)
    await repository.save(work, loaded.before, after, "updated", document=document)


async def _completed(work: Work, invoice: Invoice, before: Invoice | None) -> Invoice:
    """The invoice with the rates of its taxes, after every record that it names was found. Raises
    Invalid."""
    if before is None or invoice.currency != before.currency:
        demand_currency(invoice.currency)
    await _demand_parties(work, invoice, before)
    await _demand_addresses(work, invoice, before)
    if not invoice.language:
        invoice = replace(invoice, language=(await work.cached(current)).language)
    lines = await _rated(work, invoice.lines, before.lines if before else ())
    invoice = replace(invoice, lines=lines)
    if invoice.total > rules.MOST_TOTAL:
        raise Invalid("invoiceLines", "must add up to at most 922337203685477")
    return invoice


async def _demand_parties(work: Work, after: Invoice, before: Invoice | None) -> None:
    for column, parameter in (("contact_id", "contactId"), ("consignee_id", "consigneeId")):
        contact = getattr(after, column)
        if contact is None or (before and contact == getattr(before, column)):
            continue
        if contact not in await visible_among(work, [contact]):
            raise Invalid(parameter, f"must be the id of a contact; there is no contact {contact}")
    opportunity = after.opportunity_id
    if opportunity is None or (
        before and (opportunity, after.contact_id) == (before.opportunity_id, before.contact_id)
    ):
        return
    statement = queries.sees_opportunity(work.actor.is_admin)
    is_known = before is not None and opportunity == before.opportunity_id
    if not is_known and await work.row(statement, actor=work.actor.id, id=opportunity) is None:
        raise Invalid(
            "entityId", f"must be the id of an opportunity; there is no opportunity {opportunity}"
        )
    found = await work.row(queries.TAKES_PART, id=opportunity, contact=after.contact_id)
    if found is None:
        raise Invalid(
            "contactId", f"must be a contact that takes part in opportunity {opportunity}"
        )


async def _demand_addresses(work: Work, after: Invoice, before: Invoice | None) -> None:
    consignee = after.consignee_id or after.contact_id
    for parameter, column, contact, category, kind in (
        ("billingAddressID", "billing_address_id", after.contact_id, BILLING, "billing"),
        ("deliveryAddressID", "delivery_address_id", consignee, POSTAL, "delivery"),
    ):
        address = getattr(after, column)
        is_kept = (
            before is not None
            and address == getattr(before, column)
            and contact == (before.consignee_id or before.contact_id)
        )
        if address <= 0 or is_kept:
            continue
        row = await work.row(queries.ADDRESS, id=address, contact=contact or 0)
        if row is None or row[0] != category:
            raise Invalid(parameter, f"must be the id of a {kind} address of contact {contact}")


async def _rated(work: Work, lines: Sequence[Line], before: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with the rates that their taxes have now. Raises Invalid for an unknown product or
    tax; a stored line that did not change keeps its rates."""
    known = {
        each.id
        for each in await catalogue.load_many(work, sorted({line.product_id for line in lines}))
    }
    rates, stored = await work.cached(taxes), set(before)
    rated = []
    for place, line in enumerate(lines):
        if line in stored:
            rated.append(line)
            continue
        within = f"invoiceLines[{place}]." if len(lines) > 1 else ""
        if line.product_id not in known:
            raise Invalid(
                f"{within}invoiceItemID",
                f"must be the id of an invoice item; there is no item {line.product_id}",
            )
        for tax, name in ((line.tax1_id, "invoiceTax1ID"), (line.tax2_id, "invoiceTax2ID")):
            if tax is not None and tax not in rates:
                raise Invalid(f"{within}{name}", f"must be the id of a tax; there is no tax {tax}")
        one, two = (rates[tax].rate if tax else 0 for tax in (line.tax1_id, line.tax2_id))
        rated.append(replace(line, tax1_rate=one, tax2_rate=two))
    return tuple(rated)

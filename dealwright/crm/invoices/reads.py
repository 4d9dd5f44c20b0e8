"""Reads invoices: one, a page of a list, by number, the sample for a new one."""

from collections.abc import Sequence

from dealwright.crm.invoices import queries, shapes
from dealwright.crm.invoices.filters import FilterParams, order
from dealwright.crm.invoices.numbering.actions import TERMS, is_taken, proposed
from dealwright.crm.invoices.rules import InvoiceStatus
from dealwright.crm.invoices.shapes import Invoice, InvoiceLine, ListedInvoice
from dealwright.errors import Invalid, NotFound
from dealwright.portal.currencies.shapes import catalogue
from dealwright.portal.organisation.queries import current
from dealwright.portal.rates.rules import day_of, start_of
from dealwright.portal.settings.actions import setting_of
from dealwright.records import listing
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.values import money
from dealwright.work import Work, version_of

DAY = 86_400_000_000
PAYABLE_DAYS = 30
ONE_PIECE = 10_000
UNSAVED_FILE = -1  # quirk: the reference's mark of an invoice that is not stored yet


async def view(work: Work, invoice_id: int) -> Answer[Invoice]:
    """One invoice with its lines. Raises Invalid, NotFound."""
    return await _view(work, invoice_id, is_trusted=False)


async def changed(work: Work, invoice_id: int) -> Answer[Invoice]:
    """The invoice after the actor's change, even if they may no longer see it."""
    return await _view(work, invoice_id, is_trusted=True)


async def _view(work: Work, invoice_id: int, *, is_trusted: bool) -> Answer[Invoice]:
    if invoice_id <= 0:
        raise Invalid("invoiceid", "must be the id of an invoice")
    statement = queries.rows(work.actor.is_admin, is_trusted)
    row = await work.row(statement, actor=work.actor.id, ids=[invoice_id])
    if row is None:
        raise NotFound
    lines = await work.fetch(queries.LINES, id=invoice_id)
    found = shapes.invoice(row, lines, await shapes.references(work))
    return Answer(value=found, etag=version_of(invoice_id, row[shapes.VERSION]))


async def line(work: Work, invoice_id: int, line_id: int) -> InvoiceLine:
    """One line of an invoice that the actor has just changed."""
    for row in await work.fetch(queries.LINES, id=invoice_id):
        if row[0] == line_id:
            return shapes.line(invoice_id, row)
    raise NotFound


async def show(
    work: Work, invoice_ids: Sequence[int], *, is_trusted: bool = False
) -> list[ListedInvoice]:
    """The invoices as lists show them, in the given order, without those that the actor may not
    see."""
    if not invoice_ids:
        return []
    statement = queries.rows(work.actor.is_admin, is_trusted)
    found = await work.fetch(statement, actor=work.actor.id, ids=invoice_ids)
    rows, to = {row[0]: row for row in found}, await shapes.references(work)
    return [shapes.base(rows[each], to) for each in invoice_ids if each in rows]


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[ListedInvoice]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def by_number(work: Work, number: str) -> Answer[Invoice]:
    """The invoice with a number, bare. Raises Invalid, NotFound."""
    _demand_number(number)
    statement = queries.by_number(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, number=number)
    if row is None:
        raise NotFound
    return Answer(
        value=shapes.bare(row, await shapes.references(work)),
        etag=version_of(row[0], row[shapes.VERSION]),
    )


async def exists(work: Work, number: str) -> bool:
    """Whether a number is in use, also by an invoice that the actor may not see: it cannot be used
    again. Raises Invalid."""
    _demand_number(number)
    return await is_taken(work, number)


def _demand_number(number: str) -> None:
    if not number:
        raise Invalid("number", "must not be empty")


async def sample(work: Work) -> Invoice:
    """What a form for a new invoice starts with; nothing is stored."""
    to, portal = await shapes.references(work), await work.cached(current)
    today = start_of(day_of(work.now, work.settings.timezone), work.settings.timezone)
    return Invoice(
        invoice_lines=[
            InvoiceLine(
                invoice_id=0,
                invoice_item_id=0,
                invoice_tax1_id=0,
                invoice_tax2_id=0,
                sort_order=0,
                description="",
                quantity=money(ONE_PIECE),
                price=money(0),
                discount=money(0),
                id=0,
            )
        ],
        status=shapes.status(InvoiceStatus.DRAFT),
        number=await proposed(work),
        issue_date=to.moments(today),
        template_type=0,
        contact=None,
        consignee=None,
        entity=None,
        due_date=to.moments(today + PAYABLE_DAYS * DAY),
        language=portal.language,
        currency=catalogue().get(portal.currency),
        exchange_rate=money(ONE_PIECE),
        purchase_order_number="",
        terms=(await setting_of(work, TERMS)).terms,
        description="",
        file_id=UNSAVED_FILE,
        created_on=to.moments(today),
        created_by=to.staff[work.actor.id],
        cost=money(0),
        can_edit=True,
        can_delete=True,
        id=0,
    )

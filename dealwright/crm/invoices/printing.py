"""Collects what is printed on an invoice: names and addresses as they are when it is saved."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from dealwright.crm.contacts import reads as contacts
from dealwright.crm.invoices import documents, queries
from dealwright.crm.invoices.documents import Facts
from dealwright.crm.invoices.rules import Invoice
from dealwright.crm.products import repository as products
from dealwright.crm.taxes.queries import taxes
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import ADDRESS, LOGO, ORGANISATION, Address
from dealwright.work import Work

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def document(work: Work, invoice: Invoice) -> str:
    """The printed texts of an invoice, as JSON."""
    names = await _names(work, invoice)
    consignee = invoice.consignee_id or invoice.contact_id
    logo = await setting_of(work, LOGO)
    facts = Facts(
        seller=(await setting_of(work, ORGANISATION)).company_name,
        seller_address=_lines(await setting_of(work, ADDRESS)),
        logo_id=logo.id if logo.stored_as else 0,
        customer=names.get(invoice.contact_id or 0, ""),
        customer_address=await _address(work, invoice.billing_address_id, invoice.contact_id),
        consignee=names.get(consignee or 0, ""),
        consignee_address=await _address(work, invoice.delivery_address_id, consignee),
        products={
            each.id: each.title
            for each in await products.load_many(
                work, sorted({line.product_id for line in invoice.lines})
            )
        },
        taxes={tax.id: tax.name for tax in (await work.cached(taxes)).values()},
        days=(_day(work, invoice.issue_date), _day(work, invoice.due_date)),
    )
    return documents.encode(documents.printed(invoice, facts)).decode()


async def _names(work: Work, invoice: Invoice) -> dict[int, str]:
    ids = [each for each in (invoice.contact_id, invoice.consignee_id) if each]
    shown = await contacts.show_briefly(work, sorted(set(ids)))
    return {each.id: each.display_name for each in shown}


async def _address(work: Work, address_id: int, contact_id: int | None) -> str:
    if not address_id or contact_id is None:
        return ""
    row = await work.row(queries.ADDRESS, id=address_id, contact=contact_id)
    return "" if row is None else _lines(msgspec.json.decode(row[1], type=Address))


def _lines(address: Address) -> str:
    """Street, town, country: a line each."""
    town = " ".join(part for part in (address.zip, address.city) if part)
    parts = (address.street, town, address.state, address.country)
    return "\n".join(part for part in parts if part)


def _day(work: Work, moment: int) -> date:
    local = (_EPOCH + timedelta(microseconds=moment)).astimezone(work.settings.timezone)
    return local.date()

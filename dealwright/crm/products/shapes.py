"""The wire form of products: the reference calls them invoice items."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.products.queries import COLUMNS
from dealwright.crm.products.rules import Product
from dealwright.crm.taxes.shapes import InvoiceTax
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money
from dealwright.work import Work


class InvoiceItem(Shape, kw_only=True):
    """A product. `currency` is the portal's; `stockQuantity` changes with billed invoices where
    `trackInvenory` is true. A product that an invoice has cannot be deleted."""

    title: str
    stock_keeping_unit: str
    description: str
    price: MoneyNumber
    currency: Currency | None
    stock_quantity: MoneyNumber
    track_inventory: bool
    invoice_tax1: InvoiceTax | None
    invoice_tax2: InvoiceTax | None
    created_on: MomentText = msgspec.field(name="createOn")
    created_by: Employee
    can_edit: bool
    can_delete: bool
    id: int


class References(NamedTuple):
    """What products refer to, and whether the actor may change them."""

    staff: Staff
    taxes: Mapping[int, InvoiceTax]
    currency: str
    moments: Moments
    is_admin: bool


async def references(work: Work, taxes: Mapping[int, InvoiceTax]) -> References:
    portal = await work.cached(current)
    people = staff(await work.cached(everybody), base_url=work.base_url, language=portal.language)
    return References(people, taxes, portal.currency, work.moments, work.actor.is_admin)


def product(columns: Sequence[Any]) -> Product:
    """The product of the first columns of a row of `queries.ROWS`."""
    values = dict(zip(COLUMNS, columns, strict=False))
    values["track_inventory"] = bool(values["track_inventory"])
    return Product(**values)


def shown(row: Sequence[Any], to: References) -> InvoiceItem:
    """Builds a product from a row of `queries.ROWS`."""
    found, is_used = product(row), row[-1]
    return InvoiceItem(
        title=found.title,
        stock_keeping_unit=found.sku,
        description=found.description,
        price=money(found.price),
        currency=catalogue().get(found.currency or to.currency),
        stock_quantity=money(found.stock_quantity),
        track_inventory=found.track_inventory,
        invoice_tax1=to.taxes.get(found.tax1_id or 0),
        invoice_tax2=to.taxes.get(found.tax2_id or 0),
        created_on=to.moments(found.created_on),
        created_by=to.staff[found.created_by],
        can_edit=to.is_admin,
        can_delete=to.is_admin and not is_used,
        id=found.id,
    )

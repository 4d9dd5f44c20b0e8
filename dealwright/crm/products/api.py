"""Routes of products: the reference calls them invoice items."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.products import actions, reads
from dealwright.crm.products.shapes import InvoiceItem
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """`inventoryStock`: only products whose stock is tracked, or only the others. `status` is
    accepted and ignored."""

    status: int = 0
    inventory_stock: bool | None = None


class ProductPath(msgspec.Struct, kw_only=True, frozen=True):
    invoice_item_id: Id


class Named(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class ProductBody(msgspec.Struct, kw_only=True, frozen=True):
    """The values of a product, all replaced by a PUT; a tax of 0 is none."""

    title: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    price: Money = 0
    sku: Annotated[str, Length(255)] = ""
    stock_quantity: Money = 0
    track_inventory: bool = False
    invoice_tax1_id: Id = 0
    invoice_tax2_id: Id = 0


class Change(ProductBody, kw_only=True, frozen=True):
    id: Id


class Several(msgspec.Struct, kw_only=True, frozen=True):
    ids: list[int] = []


@route.get("invoiceitem/filter", mode=Mode.HEAVY)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[InvoiceItem]:
    """Lists the products, by name where no `sortBy` is given.

    `filterValue` searches titles, descriptions and stock keeping units.
    """
    return await reads.page(work, tracked=params.inventory_stock, paging=paging)


@route.get("invoiceitem/{invoiceitemid:id}")
async def view(work: Work, params: ProductPath) -> Answer[InvoiceItem]:
    """Returns one product."""
    return await reads.view(work, params.invoice_item_id)


@route.post("invoiceitem", mode=Mode.TRANSACTION)
async def create(work: Work, params: ProductBody) -> Answer[InvoiceItem]:
    """Adds a product to the catalogue. Administrators only."""
    return await reads.view(work, await actions.create(work, params))


@route.put("invoiceitem/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> Answer[InvoiceItem]:
    """Replaces a product. Administrators only.

    The lines of invoices keep the price, the tax rates and the text with which they were saved.
    """
    await actions.update(work, params.id, params)
    return await reads.view(work, params.id)


@route.delete("invoiceitem/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Named) -> Answer[InvoiceItem]:
    """Deletes a product that no invoice has, and returns it. Administrators only."""
    access.demand_admin(work.actor)
    before = await reads.view(work, params.id)
    await actions.delete(work, params.id)
    return Answer(value=before.value)


@route.delete("invoiceitem", mode=Mode.TRANSACTION)
async def delete_many(work: Work, params: Several) -> list[InvoiceItem]:
    """Deletes those of the products that no invoice has, and returns them. Administrators only."""
    access.demand_admin(work.actor)
    before = await reads.show(work, params.ids)
    deleted = await actions.delete_many(work, params.ids)
    return [each for each in before if each.id in deleted]

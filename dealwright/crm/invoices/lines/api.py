"""Routes of single lines of an invoice."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.invoices import actions, reads
from dealwright.crm.invoices.shapes import InvoiceLine
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class LineBody(msgspec.Struct, kw_only=True, frozen=True):
    """A line of the draft `invoiceId`. `discount` is in percent; a tax of 0 is none."""

    invoice_id: Id = 0
    invoice_item_id: Id = 0
    invoice_tax1_id: Id = 0
    invoice_tax2_id: Id = 0
    sort_order: int = 0
    description: Annotated[str, Length(65_000)] = ""
    quantity: Money = 0
    price: Money = 0
    discount: Money = 0


class LinePath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class Change(LineBody, kw_only=True, frozen=True):
    id: Id


@route.post("invoiceline", mode=Mode.TRANSACTION)
async def create(work: Work, params: LineBody) -> InvoiceLine:
    """Adds a line to a draft; its total and its printed texts follow."""
    created = await actions.add_line(work, params.invoice_id, params, sort_order=params.sort_order)
    return await reads.line(work, params.invoice_id, created)


@route.put("invoiceline/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> InvoiceLine:
    """Replaces a line of a draft; its total and its printed texts follow."""
    await actions.change_line(
        work, params.id, params.invoice_id, params, sort_order=params.sort_order
    )
    return await reads.line(work, params.invoice_id, params.id)


@route.delete("invoiceline/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: LinePath) -> int:
    """Deletes a line of a draft and returns its id. The last line cannot be deleted."""
    await actions.remove_line(work, params.id)
    return params.id

"""Routes of taxes."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.taxes import actions, reads
from dealwright.crm.taxes.shapes import InvoiceTax
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class TaxBody(msgspec.Struct, kw_only=True, frozen=True):
    """`rate` is in percent; a negative rate is a withholding tax."""

    name: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    rate: Money = 0


class TaxPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class Change(TaxBody, kw_only=True, frozen=True):
    id: Id


@route.get("invoice/tax")
async def every(work: Work, paging: Paging) -> Listing[InvoiceTax]:
    """Lists the taxes by name."""
    return arrange([*(await reads.every(work)).values()], paging)


@route.post("invoice/tax", mode=Mode.TRANSACTION)
async def create(work: Work, params: TaxBody) -> Answer[InvoiceTax]:
    """Adds a tax. Administrators only."""
    return await reads.view(work, await actions.create(work, params))


@route.put("invoice/tax/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> Answer[InvoiceTax]:
    """Replaces a tax. Administrators only.

    The lines of an invoice keep the rate with which they were saved.
    """
    await actions.update(work, params.id, params)
    return await reads.view(work, params.id)


@route.delete("invoice/tax/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: TaxPath) -> Answer[InvoiceTax]:
    """Deletes a tax that no product and no invoice has, and returns it. Administrators only."""
    access.demand_admin(work.actor)
    before = await reads.view(work, params.id)
    await actions.delete(work, params.id)
    return Answer(value=before.value)

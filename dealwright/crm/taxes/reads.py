"""Reads taxes: all, one, and those that products embed."""

from dealwright.crm.taxes import queries, shapes
from dealwright.crm.taxes.queries import taxes
from dealwright.crm.taxes.shapes import InvoiceTax
from dealwright.errors import Invalid, NotFound
from dealwright.wire.envelope import Answer
from dealwright.work import Work, version_of


async def every(work: Work) -> dict[int, InvoiceTax]:
    """All taxes by id, in the order of their names."""
    found, to = await work.cached(taxes), await shapes.references(work)
    used = {row[0] for row in await work.fetch(queries.used())} if found else ()
    return {tax.id: shapes.shown(tax, to, used=used) for tax in found.values()}


async def view(work: Work, tax_id: int) -> Answer[InvoiceTax]:
    """One tax. Raises Invalid, NotFound."""
    if tax_id <= 0:
        raise Invalid("id", "must be the id of a tax")
    tax = (await work.cached(taxes)).get(tax_id)
    if tax is None:
        raise NotFound
    return Answer(value=(await every(work))[tax_id], etag=version_of(tax_id, tax.version))

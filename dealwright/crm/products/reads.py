"""Reads products: one, several, a page of a list."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dealwright.crm.products import queries, shapes
from dealwright.crm.products.queries import SORTS
from dealwright.crm.products.rules import Criteria
from dealwright.crm.products.shapes import InvoiceItem
from dealwright.crm.taxes import reads as taxes
from dealwright.errors import Invalid, NotFound
from dealwright.portal.organisation.queries import current
from dealwright.records import listing
from dealwright.storage.text import terms
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work, version_of


class FilterParams(NamedTuple):
    """A filter for the database: `filters` is its shape, `values` are its binds. `nothing` is true
    when no row can match."""

    filters: Criteria
    values: dict[str, Any]
    nothing: bool = False


async def view(work: Work, product_id: int) -> Answer[InvoiceItem]:
    """One product. Raises Invalid, NotFound."""
    if product_id <= 0:
        raise Invalid("invoiceitemid", "must be the id of an invoice item")
    row = await work.row(queries.ROWS, ids=[product_id])
    if row is None:
        raise NotFound
    found = shapes.shown(row, await shapes.references(work, await taxes.every(work)))
    version = row[queries.COLUMNS.index("version")]
    return Answer(value=found, etag=version_of(product_id, version))


async def show(work: Work, product_ids: Sequence[int]) -> list[InvoiceItem]:
    """The products in the given order, without ids that no product has."""
    if not product_ids:
        return []
    rows = {row[0]: row for row in await work.fetch(queries.ROWS, ids=product_ids)}
    to = await shapes.references(work, await taxes.every(work))
    return [shapes.shown(rows[each], to) for each in product_ids if each in rows]


async def page(work: Work, *, tracked: bool | None, paging: Paging) -> Listing[InvoiceItem]:
    """One page with its total, by `startIndex` or by `cursor`; the default sort is the title."""
    searched = terms(paging.filter_value) if paging.filter_value else None
    filters = Criteria(
        stock={None: "", True: "tracked", False: "untracked"}[tracked],
        needles=len(searched.needles) if searched else 0,
    )
    sort = paging.sort_by or "title"
    if sort not in SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(SORTS))}")
    listed = await listing.page(
        work,
        queries,
        FilterParams(
            filters,
            searched.values() if searched else {},
            nothing=searched is not None and not searched.needles,
        ),
        paging,
        by=(sort, paging.descending),
        secret=(await work.cached(current)).secret,
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)

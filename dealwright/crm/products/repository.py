"""Loads products to change them and stores what differs: the only code that writes their tables."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm.products import queries, shapes
from dealwright.crm.products.rules import Product
from dealwright.errors import ConcurrentUpdate, Forbidden
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Change, Insert, Remove, Step, Update
from dealwright.storage.text import Folded, sort_key
from dealwright.work import Work

KIND = RecordTables("product", "product_id", schema.product, schema.product_text)
USED = "Access Denied: an invoice has this item. Items of invoices cannot be deleted"
_NOT_AUDITED = ("id", "version", "created_by", "created_on")


async def load_many(work: Work, product_ids: Sequence[int]) -> list[Product]:
    """The products that there are, ordered by id."""
    rows = await work.fetch(queries.ROWS, ids=product_ids)
    return sorted(map(shapes.product, rows), key=lambda product: product.id)


async def add(work: Work, product: Product) -> int:
    """Stores a new product and returns its id."""
    words = words_of(*_searched(product))
    stamps = {"created_by": product.created_by, "created_on": product.created_on}
    head = Insert(schema.product, _row(work, product, words) | stamps)
    return await _save(work, head, None, product, "created", KIND.words(None, words))


async def save(work: Work, before: Product, after: Product) -> None:
    """Stores what differs. Raises ConcurrentUpdate when the row has changed since."""
    old, new = refolded(_searched(before), _searched(after))
    head = KIND.change(_row(work, before, old), _row(work, after, new), before)
    await _save(work, head, before, after, "updated", KIND.words(old, new))


async def remove(work: Work, before: Product) -> None:
    """Deletes a product for good. Raises Forbidden for one that an invoice has."""
    changes = difference(before, None, without=_NOT_AUDITED)
    audited = entry(work, KIND.entity, "deleted", changes, entity_id=before.id)
    try:
        await work.save(Change(None, (Remove(schema.product, {"id": before.id}), audited)))
    except ForeignKeyViolation as used:
        raise Forbidden(USED) from used


async def _save(
    work: Work,
    head: Insert | Update,
    before: Product | None,
    after: Product,
    action: str,
    words: Any,
) -> int:
    changes = difference(before, after, without=_NOT_AUDITED)
    steps: tuple[Step, ...] = (*words, entry(work, KIND.entity, action, changes))
    row = await work.save(Change(head, steps))
    if row is None:
        raise ConcurrentUpdate
    return int(row[0])


def _row(work: Work, product: Product, words: Folded) -> dict[str, Any]:
    return {
        "title": product.title,
        "title_key": sort_key(product.title),
        "sku": product.sku,
        "description": product.description,
        "price": product.price,
        "currency": product.currency,
        "stock_quantity": product.stock_quantity,
        "track_inventory": product.track_inventory,
        "tax1_id": product.tax1_id,
        "tax2_id": product.tax2_id,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": product.version,
    }


def _searched(product: Product) -> Searched:
    return (product.title, product.description, product.sku), (), ()

"""Loads invoices to change them and stores what differs: the only code that writes their tables."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.invoices import queries
from dealwright.crm.invoices.rules import Invoice, Line
from dealwright.errors import ConcurrentUpdate, Invalid, NotFound
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.statements.change import HEAD, Alter, Insert, PutMany, Remove, Step, Update
from dealwright.storage.text import Folded
from dealwright.work import Work

KIND = RecordTables("invoice", "invoice_id", schema.invoice, schema.invoice_text)


class Loaded(NamedTuple):
    """The start of a change: the stored invoice, whether the actor made it or is an administrator,
    and which of the records that it names the actor sees."""

    before: Invoice
    is_own: bool
    sees_contact: bool
    sees_consignee: bool
    sees_opportunity: bool


async def load(work: Work, invoice_id: int, *, parameter: str = "invoiceid") -> Loaded:
    """Loads an invoice to change it. Raises Invalid, NotFound, and Stale when If-Match names
    another version."""
    if invoice_id <= 0:
        raise Invalid(parameter, "must be the id of an invoice")
    loaded = await load_many(work, [invoice_id])
    if not loaded:
        raise NotFound
    work.demand_version(invoice_id, loaded[0].before.version)
    return loaded[0]


async def load_many(work: Work, invoice_ids: Sequence[int]) -> list[Loaded]:
    """Loads the invoices that the actor sees, ordered by id."""
    statement = queries.load(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=invoice_ids)
    return [_loaded(row) for row in rows]


_lines = msgspec.json.Decoder(list[tuple[Any, ...]])


def _loaded(row: Sequence[Any]) -> Loaded:
    *scalars, is_own, contact, consignee, opportunity, lines = row
    columns: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    found = tuple(
        Line(**dict(zip(queries.LINE, each, strict=True))) for each in _lines.decode(lines)
    )
    invoice = Invoice(**columns, lines=found)
    return Loaded(invoice, bool(is_own), bool(contact), bool(consignee), bool(opportunity))


async def add(work: Work, invoice: Invoice, *, document: str) -> int:
    """Stores a new invoice and returns its id. Raises Invalid for a number that is in use, Conflict
    for an externalId that is."""
    words = words_of(*_searched(invoice))
    stamps = {"created_by": invoice.created_by, "created_on": invoice.created_on}
    head = Insert(schema.invoice, {**_row(work, invoice, words), **stamps, "document": document})
    return await _save(work, head, None, invoice, "created", KIND.words(None, words))


async def save(
    work: Work,
    before: Invoice,
    after: Invoice,
    action: str,
    *,
    document: str | None = None,
    notices: Sequence[Step] = (),
) -> None:
    """Stores what differs; `document` None keeps the printed texts. Raises ConcurrentUpdate when
    the row is no longer the one that the decision was based on."""
    old, new = refolded(_searched(before), _searched(after))
    head = KIND.change(_row(work, before, old), _row(work, after, new), before)
    if document is not None:
        head = replace(head, values={**head.values, "document": document})
    await _save(work, head, before, after, action, (*KIND.words(old, new), *notices))


async def remove(work: Work, before: Invoice) -> None:
    """Moves an invoice to the trash."""
    await KIND.move_to_trash(work, before)


async def _save(
    work: Work,
    head: Insert | Update,
    before: Invoice | None,
    after: Invoice,
    action: str,
    more: Any,
) -> int:
    steps = (*_line_steps(before.lines if before else (), after.lines), *more)
    changes = changes_of(before, after)
    try:
        return await KIND.save(work, head, steps, action=action, changes=changes)
    except ConcurrentUpdate:
        if before is None or before.number != after.number:
            await _demand_free(work, after.number)
        raise


async def _demand_free(work: Work, number: str) -> None:
    if (await work.row(queries.IS_TAKEN, number=number))[0]:
        raise Invalid("number", f"must be free: there is an invoice {number}")


def changes_of(before: Invoice | None, after: Invoice) -> list[tuple[str, Any, Any]]:
    """The differences that the audit trail records; lines without their ids."""
    found = difference(before, after, without=(*_NOT_AUDITED, "exchange_rate", "lines"))
    for name, shown in (("exchange_rate", _rate), ("lines", _lines_of)):
        old, new = (shown(each) if each else None for each in (before, after))
        if old != new:
            found.append((name, old, new))
    if before is None or before.total != after.total:
        found.append(("total", before and before.total, after.total))
    return found


_NOT_AUDITED = ("id", "version", "created_by", "created_on", "file_id")
_COLUMNS = queries.LINE[1:]


def _lines_of(invoice: Invoice) -> Any:
    """The lines as the trail shows them, a text each: `2 × item 7 at 49.99, 10% off, taxes 19%`."""
    return [_line_text(line) for line in invoice.lines]


def _line_text(line: Line) -> str:
    parts = [f"{_amount(line.quantity)} × item {line.product_id} at {_amount(line.price)}"]
    if line.discount:
        parts.append(f"{_amount(line.discount)}% off")
    rates = ((line.tax1_id, line.tax1_rate), (line.tax2_id, line.tax2_rate))
    parts += [f"tax {_amount(rate)}%" for tax, rate in rates if tax]
    if line.description:
        parts.append(line.description)
    return ", ".join(parts)


def _rate(invoice: Invoice) -> Any:
    return f"{Decimal(invoice.exchange_rate) / 10**9:f}"


def _amount(number: int) -> str:
    return f"{Decimal(number) / 10_000:f}"


def _values(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _COLUMNS}


def _line_steps(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Step]:
    """Lines that go, that change, and that come."""
    stay = {line.id: line for line in after if line.id}
    gone = [line.id for line in before if line.id not in stay]
    if gone:
        yield Remove(schema.invoice_line, {"id": gone})
    for line in before:
        if line.id in stay and stay[line.id] != line:
            yield Alter(schema.invoice_line, _values(stay[line.id]), {"id": line.id})
    come = [_values(line) for line in after if not line.id]
    if come:
        yield PutMany(schema.invoice_line, {"invoice_id": HEAD}, come)


def _row(work: Work, invoice: Invoice, words: Folded) -> dict[str, Any]:
    """The columns of the invoice's own table, without the printed texts."""
    return {
        **{name: getattr(invoice, name) for name in _STORED},
        "total": invoice.total,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": invoice.version,
    }


_STORED = tuple(
    name for name in queries.LOADED if name not in ("id", "created_by", "created_on", "version")
)


def _searched(invoice: Invoice) -> Searched:
    texts = (invoice.number, invoice.description, invoice.terms, invoice.purchase_order_number)
    return texts, (), ()

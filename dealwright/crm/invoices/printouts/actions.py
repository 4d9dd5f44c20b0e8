"""Prints an invoice: makes its PDF once for each edit and keeps it as a file of the contact."""

from typing import NamedTuple

from dealwright.crm.files import repository as files
from dealwright.crm.files import rules as names
from dealwright.crm.files.repository import New
from dealwright.crm.history import actions as history
from dealwright.crm.invoices import documents
from dealwright.crm.invoices.printouts import queries
from dealwright.errors import ConcurrentUpdate, Conflict, Forbidden, Invalid, NotFound
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import LOGO, Logo
from dealwright.storage import schema
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.storage.statements.change import Change, Update
from dealwright.wire.aside import aside
from dealwright.wire.context import RequestContext
from dealwright.work import Work

KIND = "application/pdf"


class Printed(NamedTuple):
    """What a printout is made of. `file_id`: that of the newest edit, None before it is printed."""

    id: int
    number: str
    language: str
    template_type: int
    document: str
    version: int
    contact_id: int | None
    opportunity_id: int | None
    file_id: int | None


async def print_out(context: RequestContext, invoice_id: int) -> int:
    """The file of an invoice's PDF, made now unless it is there.

    Raises Invalid, NotFound, Forbidden for a token that may only read when the file must be made,
    and Conflict for an invoice that is changed meanwhile.
    """
    if invoice_id <= 0:
        raise Invalid("invoiceid", "must be the id of an invoice")

    async def look(work: Work) -> tuple[Printed, Logo]:
        return await _load(work, invoice_id), await setting_of(work, LOGO)

    printed, logo = await context.read(look)
    if printed.file_id is not None:
        return int(printed.file_id)
    if not context.actor.can_write:
        raise Forbidden("This token may only read, and the PDF must be made first")
    # Printing takes about a second, and most invoices are never printed by this process.
    from dealwright.crm.invoices.printouts.pdf import render

    document, picture = documents.decode(printed.document), None
    if logo.stored_as and logo.id == document.logo_base64_id:
        picture = await _content(context.files, logo)
    said = documents.labels_of(printed.language, printed.template_type)
    body = await aside(
        lambda: render(document, logo=picture, page_word=said["page"], title=said["number"])
    )
    stored = await context.files.put(body)
    new = New(names.safe_name(f"{printed.number}.pdf"), KIND, stored)
    file_id: int = await context.write(lambda work: _keep(work, printed, new), transaction=True)
    return file_id


async def _load(work: Work, invoice_id: int) -> Printed:
    statement = queries.printed(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, id=invoice_id)
    if row is None:
        raise NotFound
    return Printed(*row)


async def _keep(work: Work, printed: Printed, new: New) -> int:
    """Stores the file, unless another request was faster: then that one counts, and the file store
    is cleared of this content later. The file belongs to the history of the contact, else of the
    opportunity."""
    now = await _load(work, printed.id)
    if now.version != printed.version:
        raise Conflict(f"Invoice {now.number} was changed while it was printed: ask again")
    if now.file_id is not None:
        return now.file_id
    [file_id] = await files.add(work, [new])
    for kind, owner in (("contact", now.contact_id), ("opportunity", now.opportunity_id)):
        if owner is not None and await history.is_seen(work, kind, owner):
            await history.attach(work, kind, owner, [file_id])
            break
    head = Update(schema.invoice, now.id, {"file_id": file_id}, {"version": now.version})
    if await work.save(Change(head)) is None:
        raise ConcurrentUpdate
    return file_id


async def _content(store: FileStore, logo: Logo) -> bytes | None:
    try:
        return b"".join([piece async for piece in store.read(logo.stored_as)])
    except Lost:
        return None

"""Routes that print invoices."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.files import reads as files
from dealwright.crm.history.shapes import File
from dealwright.crm.invoices.printouts import actions
from dealwright.crm.invoices.printouts.shapes import ConverterData
from dealwright.wire.context import RequestContext
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length

route = Routes("crm/", gate=access.crm)


class InvoicePath(msgspec.Struct, kw_only=True, frozen=True):
    invoice_id: Id


class Converting(msgspec.Struct, kw_only=True, frozen=True):
    """`storageUrl` and `revisionId` are those of the answer before; they have no effect."""

    invoice_id: Id = 0
    storage_url: Annotated[str, Length(1000)] = ""
    revision_id: Annotated[str, Length(255)] = ""


@route.get("invoice/{invoiceid:id}/pdf", mode=Mode.DIRECT)
async def pdf(context: RequestContext, params: InvoicePath) -> Answer[File]:
    """Returns the file of an invoice's PDF, and makes it first if there is none since the last
    edit.

    The file belongs to the history of the contact; its address downloads it.
    """
    file_id = await actions.print_out(context, params.invoice_id)
    shown: Answer[File] = await context.read(lambda work: files.view(work, file_id))
    return shown


@route.post("invoice/converter/data", mode=Mode.DIRECT, idempotent=False)
async def convert(context: RequestContext, params: Converting) -> ConverterData:
    """Returns the id of an invoice's PDF, and makes it first if there is none.

    Clients that poll get the file in the first answer.
    """
    file_id = await actions.print_out(context, params.invoice_id)
    return ConverterData(
        storage_url=params.storage_url,
        revision_id=params.revision_id,
        invoice_id=params.invoice_id,
        file_id=file_id,
    )

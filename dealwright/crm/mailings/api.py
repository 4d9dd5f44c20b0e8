"""The routes of mailings to many contacts."""

import asyncio
from functools import partial
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.mailings import actions, emails
from dealwright.crm.mailings.shapes import MailingProgress, NoMailing
from dealwright.wire.context import RequestContext
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Html = Annotated[str, Length(500_000)]


class ToMany(msgspec.Struct, kw_only=True, frozen=True):
    """`body` is HTML; in it and in `subject` `$(Person.First Name)`, `$(Company.Company Name)` and
    the like stand for the values of each contact: names, job title, kinds of contact data,
    `Address City`, labels of custom fields. An unknown name is refused before anything is sent.
    `fileIDs` are attached, 20 MiB in total. `storeInHistory` writes an event for each contact that
    got the email."""

    file_ids: list[int] = []
    contact_ids: list[int] = []
    subject: Annotated[str, Length(255)] = ""
    body: Html = ""
    store_in_history: bool = False


class Template(msgspec.Struct, kw_only=True, frozen=True):
    template: Html = ""
    contact_id: int = 0


@route.post("contact/mailsmtp/send", mode=Mode.TRANSACTION)
async def send(work: Work, params: ToMany) -> MailingProgress:
    """Sends an email to the primary address of each of at most 1000 contacts, in the background.

    Contacts that you do not see are skipped; so are those without an address and those who
    unsubscribed. 409 while another mailing of yours runs, and without a mail server.
    """
    return await actions.begin(
        work,
        contact_ids=params.contact_ids,
        subject=params.subject,
        body=params.body,
        file_ids=params.file_ids,
        store_in_history=params.store_in_history,
    )


@route.post("contact/mailsmtp/preview", mode=Mode.DIRECT, idempotent=False)
async def preview(context: RequestContext, params: Template) -> str:
    """Returns the body as one contact would receive it: filled in, as clean HTML."""
    fill_in = partial(actions.preview, template=params.template, contact_id=params.contact_id)
    body: str = await context.read(fill_in)
    return await asyncio.to_thread(emails.clean, body)  # takes up to two seconds


@route.get("contact/mailsmtp/status")
async def status(work: Work) -> MailingProgress | NoMailing:
    """Returns the progress of your mailing; empty an hour after its end."""
    return await actions.status(work) or NoMailing()


@route.put("contact/mailsmtp/cancel", mode=Mode.TRANSACTION)
async def cancel(work: Work) -> MailingProgress | NoMailing:
    """Stops your mailing and returns its progress."""
    return await actions.cancel(work) or NoMailing()

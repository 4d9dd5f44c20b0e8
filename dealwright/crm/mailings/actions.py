"""Starts a mailing, reports on it, stops it; and unsubscribes recipients."""

import html
from collections.abc import Mapping, Sequence

import msgspec

from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.contacts.queries import PRIMARY_OF, visible
from dealwright.crm.history.actions import demand_files
from dealwright.crm.mailings import emails, queries, rules
from dealwright.crm.mailings.markup import demand_cheap
from dealwright.crm.mailings.placeholders import demand_known, filled
from dealwright.crm.mailings.queries import Mailing
from dealwright.crm.mailings.rules import Recipient, State
from dealwright.crm.mailings.shapes import MailingProgress, MailingStatus
from dealwright.errors import Conflict, Invalid
from dealwright.messages.mail import rules as mail_rules
from dealwright.messages.mail.actions import smtp
from dealwright.portal.organisation.queries import current
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import HEAD, Change, Insert, Put, PutMany
from dealwright.work import Work

SEND = "mailing.send"
UNSENT = (State.FAILED.value, State.REFUSED.value)


async def begin(
    work: Work,
    *,
    contact_ids: Sequence[int],
    subject: str,
    body: str,
    file_ids: Sequence[int],
    store_in_history: bool,
) -> MailingProgress:
    """Starts a mailing to the contacts that the actor sees. Raises Invalid, and Conflict without a
    mail server or while another mailing of the actor runs.

    # differs: the reference has one mailing for the whole portal, and answers a second one as if it
    were the first.
    """
    rules.require(contact_ids=contact_ids, subject=subject, body=body)
    demand_cheap(body, parameter="body")
    known = await emails.known(work)
    demand_known(subject, known, parameter="subject", as_html=False)
    demand_known(body, known, parameter="body", as_html=True)
    await _demand_files(work, file_ids)
    if not (await smtp(work)).is_set:
        raise Conflict("No mail server is set: an administrator sets it by PUT crm/settings/smtp")
    await work.fetch(queries.LOCK, person=work.actor.id)
    running = await _newest(work)
    if running is not None and running.finished_on is None:
        raise Conflict(
            "Your last mailing is still being sent: wait, or PUT contact/mailsmtp/cancel"
        )
    recipients = await _recipients(work, contact_ids)
    if not recipients:
        raise Invalid("contactIds", "must name at least one contact that you see")
    values = {
        "subject": subject,
        "body": body,
        "store_in_history": store_in_history,
        "created_by": work.actor.id,
        "created_on": work.now,
        "file_ids": msgspec.json.encode(list(dict.fromkeys(file_ids))).decode(),
        "base_url": work.base_url,
    }
    rows = [each._asdict() | {"state": each.state.value} for each in recipients]
    audit_row = entry(work, "mailing", "created", [("subject", None, subject)])
    put = PutMany(schema.mailing_recipient, {"mailing_id": HEAD}, rows)
    head = Insert(schema.mailing, values)
    await work.save(Change(head, (put, audit_row, job(SEND, {}, now=work.now))))
    begun = await _newest(work)
    assert begun is not None
    return await _shown(work, begun)


async def _recipients(work: Work, contact_ids: Sequence[int]) -> list[Recipient]:
    unique_ids = [each for each in dict.fromkeys(contact_ids) if each > 0]
    seen = await work.fetch(visible(work.actor.is_admin), actor=work.actor.id, ids=unique_ids)
    emails: dict[int, str | None] = dict.fromkeys(sorted(row[0] for row in seen))
    infos = await work.fetch(PRIMARY_OF, ids=[*emails], info_type=int(InfoType.EMAIL))
    for contact_id, _, _, data, *_ in infos:
        emails[contact_id] = emails[contact_id] or data
    good = [_address(each) for each in emails.values() if each]
    keys = [rules.email_key(each) for each in good if each]
    refused = frozenset(row[0] for row in await work.fetch(queries.REFUSED, keys=keys))
    return rules.recipients(emails, address=_address, refused=refused)


def _address(email: str) -> str | None:
    try:
        return mail_rules.address(email)
    except Invalid:
        return None


async def _demand_files(work: Work, file_ids: Sequence[int]) -> None:
    await demand_files(work, file_ids, parameter="fileIDs")
    if file_ids:
        size = sum(row[-1] for row in await work.fetch(queries.FILES, ids=file_ids))
        if size > rules.LARGEST:
            most = rules.LARGEST // 1024**2
            raise Invalid("fileIDs", f"must be files of at most {most} MiB together")


async def preview(work: Work, *, template: str, contact_id: int) -> str:
    """The body as this contact would receive it, not yet cleaned. Raises Invalid.

    # differs: the reference shows the data of contacts that the caller may not see.
    """
    if not template.strip():
        raise Invalid("template", "must not be empty")
    contacts = await emails.contacts(work, [contact_id]) if contact_id > 0 else {}
    if contact_id not in contacts:
        raise Invalid("contactId", f"must be the id of a contact; there is no contact {contact_id}")
    _, values = contacts[contact_id]
    known = await emails.known(work)
    demand_known(template, known, parameter="template", as_html=True)
    return filled(template, values, known=known, as_html=True)


async def status(work: Work) -> MailingProgress | None:
    """The progress of the actor's last mailing; None when it ended a while ago."""
    newest = await _newest(work)
    if newest is None or (newest.finished_on or work.now) < work.now - rules.SHOWN:
        return None
    return await _shown(work, newest)


async def cancel(work: Work) -> MailingProgress | None:
    """Stops the actor's mailing and returns its progress. An email that is being sent still
    arrives."""
    running = await _newest(work)
    if running is None or running.finished_on is not None:
        return None
    before = await _shown(work, running)
    await end(work, running.id, reason="cancelled", is_cancelled=True)
    return before


async def end(work: Work, mailing_id: int, *, reason: str, is_cancelled: bool = False) -> None:
    """Ends a mailing: no further recipient gets an email."""
    skipped = {"old_state": State.WAITING.value, "new_state": State.SKIPPED.value}
    await work.execute(queries.MOVE, mailing=mailing_id, new_error=reason, **skipped)
    cancelled = work.now if is_cancelled else None
    await work.execute(queries.FINISH, mailing=mailing_id, now=work.now, cancelled=cancelled)


async def _newest(work: Work) -> Mailing | None:
    row = await work.row(queries.NEWEST, person=work.actor.id)
    return None if row is None else Mailing(*row)


async def _shown(work: Work, mailing: Mailing) -> MailingProgress:
    counts: Mapping[str, int] = dict(await work.fetch(queries.COUNTS, mailing=mailing.id))
    is_finished = mailing.finished_on is not None
    progress = rules.progress(counts, is_finished=is_finished)
    limit = rules.TOLD_ERRORS
    errors = await work.fetch(queries.ERRORS, mailing=mailing.id, states=UNSENT, limit=limit)
    messages = [error if email in error else f"{error}: {email}" for email, error in errors]
    messages += [mailing.error] if mailing.error else []
    return MailingProgress(
        id=mailing.id,
        status=MailingStatus(
            recipient_count=progress.recipients,
            estimated_time=rules.clock(progress.waits),
            delivery_count=progress.delivered,
        ),
        error="".join(f"{html.escape(each)}<br/>" for each in messages),
        percentage=100 if is_finished else progress.percentage,
        is_completed=is_finished,
    )


# ------------------------------------------------------------------------------------- refusing


async def unsubscribe(work: Work, token: str) -> str | None:
    """Unsubscribes the owner of the token from mailings. Returns their address, None for an invalid
    token."""
    address = await subscriber(work, token)
    if address is not None:
        row = {"email_key": rules.email_key(address), "created_on": work.now}
        await work.save(Change(None, (Put(schema.mail_refusal, row, "nothing"),)))
    return address


async def subscriber(work: Work, token: str) -> str | None:
    """The address of the token's owner; None for an invalid token."""
    return rules.refused_address(token, secret=(await work.cached(current)).secret)

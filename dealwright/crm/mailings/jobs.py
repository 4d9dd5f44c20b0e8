"""Sends the emails of a mailing in batches, each email at most once.

A recipient is claimed before the email goes to the mail server and gets a final state afterwards.
If the server dies in between, the email is never sent again; the recipient is reported as possibly
reached.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from dealwright.access import Actor
from dealwright.background.job import Again, Handler, Job
from dealwright.crm.contacts.rules import Contact
from dealwright.crm.history.repository import add as add_event
from dealwright.crm.history.rules import Event
from dealwright.crm.mailings import emails, queries, rules
from dealwright.crm.mailings.actions import SEND, end
from dealwright.crm.mailings.emails import Mail
from dealwright.crm.mailings.queries import Mailing
from dealwright.crm.mailings.rules import State
from dealwright.errors import Invalid
from dealwright.messages.mail.actions import smtp
from dealwright.messages.mail.delivery import (
    SmtpConnection,
    Undelivered,
    Unknown,
    Unreachable,
    smtp_session,
)
from dealwright.messages.mail.emails import Attachment, words
from dealwright.messages.mail.rules import Smtp
from dealwright.people.queries import everybody
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.work import Work

EMAIL_IMAGE = "event_category_email.png"
BROKEN_OFF = "Broken off while it was sent: it may have arrived"


class Part(NamedTuple):
    """The work of one SMTP session: contacts with the values of their tokens; `waiting` are
    (contact, address, attempts)."""

    waiting: list[tuple[int, str, int]]
    contacts: Mapping[int, tuple[Contact, dict[str, str]]]


async def send(job: Job) -> None:
    """Sends one batch, and schedules the next until every recipient has a final state."""
    started = await job.context().write(partial(_begin, job=job), transaction=True)
    if started is None:
        return
    mailing, server, sender = started
    until = job.now() + rules.LONGEST
    files = await _files(job, mailing)
    mail = await job.context().read(partial(emails.mail, mailing=mailing, files=files))
    part = await job.context(sender).read(partial(_part, mailing=mailing))
    try:
        async with smtp_session(server) as post:
            for contact_id, address, attempts in part.waiting:
                if job.is_stopping() or job.now() > until:
                    raise Again(job.now())
                await _one(job, post, mail, sender, part, (contact_id, address, attempts))
    except Undelivered as trouble:
        await job.context().write(partial(_report_error, mailing=mailing, text=trouble.text))
        if not job.due.is_last:
            raise
        stop = partial(end, mailing_id=mailing.id, reason=trouble.text)
        await job.context().write(stop, transaction=True)
    else:
        await _schedule_rest(job, mailing)


async def _begin(work: Work, job: Job) -> tuple[Mailing, Smtp, Actor] | None:
    """The next batch, if anything is left to send."""
    row = await work.row(queries.ONE, mailing=job.due.entity_id)
    if row is None or (mailing := Mailing(*row)).finished_on is not None:
        return None
    # No other job works on this mailing, so a server that died has claimed these.
    lost = {"old_state": State.SENDING.value, "new_state": State.FAILED.value}
    await work.execute(queries.MOVE, mailing=mailing.id, new_error=BROKEN_OFF, **lost)
    person = (await work.cached(everybody)).get(mailing.created_by)
    server = await smtp(work)
    if person is None or not person.may_be_responsible:
        await end(work, mailing.id, reason="its sender has no access any more")
    elif not server.is_set:
        await end(work, mailing.id, reason="no mail server is set")
    else:
        return mailing, server, Actor(person.id, person.role)
    return None


async def _files(job: Job, mailing: Mailing) -> list[Attachment]:
    ids = emails.file_ids(mailing)
    rows = await job.context().read(lambda work: work.fetch(queries.FILES, ids=ids)) if ids else []
    attachments = []
    for _, title, content_type, stored_as, _ in rows:
        pieces = [piece async for piece in job.site.files.read(stored_as)]
        attachments.append(Attachment(title, content_type, b"".join(pieces)))
    return attachments


async def _part(work: Work, mailing: Mailing) -> Part:
    rows = await work.fetch(queries.NEXT, mailing=mailing.id, limit=rules.AT_ONCE)
    waiting = [(row[0], row[1], row[2]) for row in rows]
    return Part(waiting, await emails.contacts(work, [each[0] for each in waiting]))


async def _one(
    job: Job,
    post: SmtpConnection,
    mail: Mail,
    sender: Actor,
    part: Part,
    recipient: tuple[int, str, int],
) -> None:
    """Sends one email to one contact, unless the sender no longer sees the contact, the contact has
    unsubscribed, or the mailing was cancelled. Raises Unreachable."""
    contact_id, address, attempts = recipient
    set_state = partial(_set_state, mail=mail, contact_id=contact_id)
    if contact_id not in part.contacts:
        skip = partial(set_state, state=State.SKIPPED, error="You do not see it any more")
        await job.context().write(skip)
        return
    take = partial(_claim, mail=mail, contact_id=contact_id, address=address)
    if not await job.context().write(take, transaction=True):
        return
    contact, values = part.contacts[contact_id]
    try:
        # Cleaning a large body takes the processor for up to two seconds.
        composed = await asyncio.to_thread(emails.compose, mail, contact, values, address)
        await post.send(composed, now=job.now())
    except Invalid as invalid:
        unsent = partial(set_state, state=State.FAILED, error=f"{address}: {invalid.text}")
        await job.context().write(unsent)
    except Unreachable:
        await job.context().write(partial(set_state, state=State.WAITING))  # it was not sent
        raise
    except Unknown as broken:
        await job.context().write(partial(set_state, state=State.FAILED, error=BROKEN_OFF))
        raise Unreachable(broken.text) from broken
    except Undelivered as refused:
        is_final = refused.is_final or attempts + 1 >= rules.ATTEMPTS
        state = State.FAILED if is_final else State.WAITING
        await job.context().write(
            partial(set_state, state=state, error=f"{address}: {refused.text}")
        )
    else:
        subject = emails.subject(mail, values)
        sent = partial(_mark_sent, mail=mail, contact=contact, subject=subject)
        await job.context(sender).write(sent, transaction=True)


async def _claim(work: Work, mail: Mail, contact_id: int, address: str) -> bool:
    """Claims a recipient. Returns whether this job may send the email."""
    key = rules.email_key(address)
    whose = {"mailing": mail.mailing.id, "contact": contact_id, "key": key}
    if await work.fetch(queries.TAKE, **whose):
        return True
    await work.execute(queries.REFUSE, **whose, new_error=rules.unsubscribed(address))
    return False


async def _set_state(
    work: Work, mail: Mail, contact_id: int, state: State, error: str = ""
) -> None:
    sent_on = work.now if state is State.SENT else None
    values = {"new_state": state.value, "new_error": error, "new_sent_on": sent_on}
    await work.execute(queries.SETTLE, mailing=mail.mailing.id, contact=contact_id, **values)


async def _mark_sent(work: Work, mail: Mail, contact: Contact, subject: str) -> None:
    """Marks the email as sent and, if requested, writes an event into the contact's history."""
    await _set_state(work, mail, contact.id, State.SENT)
    known = (await work.cached(items)).values()
    kinds = [each for each in known if each.kind == CategoryKind.HISTORY_CATEGORY]
    kinds.sort(key=lambda each: each.image_name != EMAIL_IMAGE)
    if mail.mailing.store_in_history and kinds:
        text = words(emails.PACKAGE, mail.language)["history.sent"]
        event = Event(
            contact_id=contact.id,
            category_id=kinds[0].id,
            content=text.format_map({"subject": subject}),
            files=tuple(emails.file_ids(mail.mailing)),
            created_by=work.actor.id,
            created_on=work.now,
        )
        await add_event(work, event)


async def _report_error(work: Work, mailing: Mailing, text: str) -> None:
    await work.execute(queries.TROUBLE, mailing=mailing.id, new_error=text)


async def _schedule_rest(job: Job, mailing: Mailing) -> None:
    """Raises Again while recipients are waiting."""
    context = job.context()
    waiting = await context.read(lambda work: work.fetch(queries.NEXT, mailing=mailing.id, limit=1))
    if waiting:
        is_new = waiting[0][2] == 0
        raise Again(job.now() + (rules.PAUSE if is_new else rules.LATER))
    await job.context().write(partial(_finish, mailing=mailing), transaction=True)


async def _finish(work: Work, mailing: Mailing) -> None:
    await _report_error(work, mailing, "")
    await work.execute(queries.FINISH, mailing=mailing.id, now=work.now, cancelled=None)


HANDLERS: Mapping[str, Handler] = {SEND: send}

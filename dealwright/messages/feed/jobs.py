"""Sends the e-mails of notifications."""

from collections.abc import Mapping
from functools import partial

import structlog

from dealwright.background.job import Handler, Job
from dealwright.messages.feed import emails
from dealwright.messages.mail.delivery import Undelivered, smtp_session
from dealwright.messages.notifications.actions import LETTER


async def letter(job: Job) -> None:
    """Sends one e-mail to one user. Sends nothing without a mail server, or if the user may no
    longer see the record; an e-mail that the server rejects for good is not tried again."""
    found = await job.context().read(partial(emails.reader, due=job.due))
    if found is None:
        return
    server, actor = found
    written = await job.context(actor).read(partial(emails.letter, due=job.due))
    if written is None:
        return
    try:
        async with smtp_session(server) as post:
            await post.send(written, now=job.now())
    except Undelivered as failure:
        if not failure.is_final:
            raise
        structlog.get_logger("dealwright").warning(
            "letter refused", job=job.due.id, person=actor.id, reason=failure.text
        )


HANDLERS: Mapping[str, Handler] = {LETTER: letter}

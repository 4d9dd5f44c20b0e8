"""Sending the letter to somebody who forgot their password."""

from collections.abc import Mapping
from functools import partial

import structlog

from dealwright.background.job import Handler, Job
from dealwright.messages.mail.delivery import Undelivered, smtp_session
from dealwright.messages.password_links import emails
from dealwright.messages.password_links.actions import LETTER


async def letter(job: Job) -> None:
    """One letter with a new link; one that the mail server will never take is not tried again."""
    found = await job.context().write(partial(emails.letter, due=job.due))
    if found is None:
        return
    server, written = found
    try:
        async with smtp_session(server) as connection:
            await connection.send(written, now=job.now())
    except Undelivered as failure:
        if not failure.is_final:
            raise
        log = structlog.get_logger("dealwright")
        log.warning("letter refused", job=job.due.id, reason=failure.text)


HANDLERS: Mapping[str, Handler] = {LETTER: letter}

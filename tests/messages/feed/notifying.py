"""Notifies users without the change that would cause it."""

import asyncio
from collections.abc import Mapping

from dealwright import app
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.storage.statements.change import Change
from dealwright.work import Work
from tests.running import Portal


def notify(
    portal: Portal,
    kind: str,
    person: str,
    *,
    about: str,
    entity_id: int | None = None,
    payload: Mapping[str, int] | None = None,
) -> None:
    """The portal notifies one of PEOPLE; the server finds the e-mail by polling."""

    async def run(work: Work) -> None:
        steps = await notify_users(
            work,
            NotificationKind(kind),
            [portal.id_of(person)],
            about=About(about),
            entity_id=entity_id,
            payload=payload,
        )
        await work.save(Change(None, steps))

    asyncio.run(app.offline(portal.settings, run))

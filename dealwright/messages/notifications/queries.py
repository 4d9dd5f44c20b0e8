"""SQL about users' choices of notifications."""

from collections.abc import Mapping

from sqlalchemy import select

from dealwright.messages.notifications.rules import Choice, NotificationKind
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.statement import Statement

_choice = schema.notification_choice
CHOICES = Statement(
    select(_choice.c.person_id, _choice.c.kind, _choice.c.in_app, _choice.c.by_mail)
)


async def choices(session: Session) -> Held[str, Mapping[NotificationKind, Choice]]:
    """Each user's choices that differ from the default. For `Work.cached`."""
    found: dict[str, dict[NotificationKind, Choice]] = {}
    for person_id, kind, in_app, by_mail in await session.fetch(CHOICES):
        if kind in NotificationKind.__members__.values():
            found.setdefault(person_id, {})[NotificationKind(kind)] = Choice(
                bool(in_app), bool(by_mail)
            )
    return Held(found)

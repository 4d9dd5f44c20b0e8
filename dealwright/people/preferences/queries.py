"""SQL about users' preferences for the interface."""

from collections.abc import Mapping

from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.statement import Statement

_preference = schema.preference
PREFERENCES = Statement(select(_preference.c.person_id, _preference.c.name, _preference.c.value))


async def preferences(session: Session) -> Held[str, Mapping[str, str]]:
    """Each user's choices that differ from the defaults, as JSON by name. For `Work.cached`."""
    found: dict[str, dict[str, str]] = {}
    for person_id, name, value in await session.fetch(PREFERENCES):
        found.setdefault(person_id, {})[name] = value
    return Held(found)

"""How long the trash keeps what is deleted: as administrators set it, unless the server was started
with a number of its own."""

from dataclasses import dataclass

import msgspec

from dealwright.errors import Invalid
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.settings.queries import settings as stored_settings
from dealwright.portal.settings.rules import Setting
from dealwright.settings import Settings
from dealwright.storage.engines.engine import Session
from dealwright.work import Work

MOST = 36_500


@dataclass(frozen=True, slots=True)
class Retention:
    """`days`: until records in the trash are deleted for good; None for the server's number."""

    days: int | None = None


RETENTION = Setting("trash_retention", Retention)


def is_fixed(settings: Settings) -> bool:
    """Whether the server was started with a number, which then counts."""
    return "trash_days" in settings.given


async def days(work: Work) -> int:
    """After how many days the trash is emptied."""
    chosen = (await setting_of(work, RETENTION)).days
    return work.settings.trash_days if is_fixed(work.settings) or chosen is None else chosen


async def choose(work: Work, wanted: int) -> None:
    """Raises Forbidden, Invalid."""
    if not 1 <= wanted <= MOST:
        raise Invalid("days", f"must be between 1 and {MOST}")
    await put(work, RETENTION, Retention(wanted))


async def days_of(session: Session, settings: Settings) -> int:
    """The same for maintenance, which has no request."""
    text = (await stored_settings(session)).get(RETENTION.name)
    chosen = None if text is None else msgspec.json.decode(text, type=Retention).days
    return settings.trash_days if is_fixed(settings) or chosen is None else chosen

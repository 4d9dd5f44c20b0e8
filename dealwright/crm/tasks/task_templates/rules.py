"""What templates of tasks may be, to what records they fit, and which deadlines come of them.

Moments are microseconds in UTC. An offset is in ticks of 100 nanoseconds, as on the wire.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import IntEnum

from dealwright.errors import Invalid

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
TICKS = 10  # of a microsecond
MOST_TICKS = 3660 * 86_400 * 10_000_000  # either way: ten years
MOST_TEMPLATES = 100  # in one container: they are applied at once
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AFTER_LAST = datetime(2201, 1, 1, tzinfo=UTC)


class EntityType(IntEnum):
    """For what records a container is."""

    CONTACT = 0
    OPPORTUNITY = 1
    COMPANY = 4
    PERSON = 5
    CASE = 7

    @property
    def is_contact(self) -> bool:
        return self in (EntityType.CONTACT, EntityType.COMPANY, EntityType.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Templates that are applied together."""

    id: int = 0
    title: str
    entity_type: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A task to be. Without a responsible it will be of whoever applies it."""

    id: int = 0
    container_id: int
    title: str
    description: str
    responsible_id: str | None
    category_id: int
    is_notify: bool
    offset_ticks: int
    deadline_is_fixed: bool


def demand_title(title: str) -> None:
    if not title:
        raise Invalid("title", "must not be empty")


def demand_room(templates: int) -> None:
    if templates >= MOST_TEMPLATES:
        raise Invalid("containerid", f"must not hold more than {MOST_TEMPLATES} templates")


def demand_fit(entity_type: int, *, is_company: bool) -> None:
    """Raises Invalid for a person where a company is asked for, and the other way round."""
    wanted = {EntityType.COMPANY: True, EntityType.PERSON: False}.get(EntityType(entity_type))
    if wanted is not None and wanted != is_company:
        raise Invalid("entityid", f"must be the id of a {EntityType(entity_type).name.lower()}")


def deadline(template: Template, *, start: int, zone: tzinfo) -> int:
    """When a task of a template applied at `start` is due: the offset after that moment, or where
    the deadline is fixed the offset after that day began, as clocks of the zone show it.

    Raises Invalid for a deadline that the API could not take back.
    """
    offset = timedelta(microseconds=template.offset_ticks // TICKS)
    began = _EPOCH + timedelta(microseconds=start)
    if template.deadline_is_fixed:
        midnight = began.astimezone(zone).replace(
            hour=0, minute=0, second=0, microsecond=0, tzinfo=None
        )
        due = (midnight + offset).replace(tzinfo=zone)
    else:
        due = began + offset
    if not due.year > 1900 or due >= _AFTER_LAST:
        raise Invalid("start", f"must not put the deadline of {template.title!r} beyond 2200")
    return (due.astimezone(UTC) - _EPOCH) // _MICROSECOND

"""What task templates may be, which records they fit, and which deadlines they give.

Moments are microseconds in UTC. An offset is in ticks of 100 nanoseconds, as on the wire.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import IntEnum

from dealwright.errors import Invalid

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
TICKS = 10  # per microsecond
MOST_TICKS = 3660 * 86_400 * 10_000_000  # in either direction: ten years
MOST_TEMPLATES = 100  # per container: all are applied at once
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AFTER_LAST = datetime(2201, 1, 1, tzinfo=UTC)


class EntityType(IntEnum):
    """The type of record that a container is for."""

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
    """A template of a task. Without a responsible user the task belongs to the user who applies
    it."""

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
    """Raises Invalid for a person where a company is needed, and the reverse."""
    needs_company = {EntityType.COMPANY: True, EntityType.PERSON: False}.get(
        EntityType(entity_type)
    )
    if needs_company is not None and needs_company != is_company:
        raise Invalid("entityid", f"must be the id of a {EntityType(entity_type).name.lower()}")


def deadline(template: Template, *, start: int, zone: tzinfo) -> int:
    """The deadline of a template applied at `start`: the offset after that moment, or with a fixed
    deadline the offset after the start of that day in the zone.

    Raises Invalid for a deadline that the API could not accept as input.
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

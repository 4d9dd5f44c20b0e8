"""How the trash looks on the wire."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dealwright.crm.trash import queries
from dealwright.crm.trash.rules import DAY, Item, Record
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.organisation.queries import current
from dealwright.storage import dependents
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work


class Belongings(Shape, kw_only=True):
    """How many tasks, events and files went into the trash with a record, or came back with it, of
    those that the caller sees."""

    tasks: int
    events: int
    files: int


class Trashed(Shape, kw_only=True):
    """A deleted record. After `expiresOn` it is gone for good, with what went into the trash with
    it."""

    documented_optional = ("also_deleted", "also_restored")

    entity_type: str
    id: int
    title: str
    deleted_by: Employee
    deleted_on: MomentText
    expires_on: MomentText
    can_restore: bool
    also_deleted: Belongings | None = None
    restored_together: Belongings | None = None


Together = Mapping[str, Mapping[str, int]]
"""By the name of a record: how many of which entity lie with it."""


class References(NamedTuple):
    """What it takes to show a record of the trash."""

    staff: Staff
    moments: Moments
    days: int


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return References(people, work.moments, work.settings.trash_days)


async def together(work: Work, items: Sequence[Item]) -> Together:
    """What lies in the trash with records that are there, or were."""
    showing = {dependents.ENTITIES[link.table_shows.name] for link in dependents.links()}
    names = [item.name for item in items]
    ids = [item.id for item in items if item.entity_type in showing]
    statement = queries.together(work.actor.is_admin)
    found: dict[str, dict[str, int]] = {}
    for name, entity, count in await work.fetch(
        statement, actor=work.actor.id, names=names, ids=ids
    ):
        found.setdefault(name, {})[entity] = count
    return found


def less(some: Together, others: Together) -> Together:
    return {name: Counter(found) - Counter(others.get(name)) for name, found in some.items()}


def counted(found: Mapping[str, int] | None) -> Belongings | None:
    """None where there is nothing to tell."""
    if not found or not any(found.values()):
        return None
    tasks, events, files = (found.get(each, 0) for each in ("task", "event", "file"))
    return Belongings(tasks=tasks, events=events, files=files)


def shown(
    entity_type: str,
    record: Record,
    to: References,
    *,
    deleted: Mapping[str, int] | None = None,
    restored: Mapping[str, int] | None = None,
) -> Trashed:
    """A record that is in the trash, or was."""
    deleted_on, deleted_by = record.deleted_on or 0, record.deleted_by or ""
    return Trashed(
        entity_type=entity_type,
        id=record.id,
        title=record.title,
        deleted_by=to.staff[deleted_by],
        deleted_on=to.moments(deleted_on),
        expires_on=to.moments(deleted_on + to.days * DAY),
        can_restore=bool(record.can_restore),
        also_deleted=counted(deleted),
        restored_together=counted(restored),
    )

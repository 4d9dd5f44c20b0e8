"""The wire form of the trash."""

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


class Dependents(Shape, kw_only=True):
    """How many tasks, events and files were deleted or restored with a record, among those that the
    caller sees."""

    tasks: int
    events: int
    files: int


class Trashed(Shape, kw_only=True):
    """A deleted record. After `expiresOn` it is deleted for good, with its dependents."""

    documented_optional = ("also_deleted", "restored_together")

    entity_type: str
    id: int
    title: str
    deleted_by: Employee
    deleted_on: MomentText
    expires_on: MomentText
    can_restore: bool
    also_deleted: Dependents | None = None
    restored_together: Dependents | None = None


DependentCounts = Mapping[str, Mapping[str, int]]
"""By the name of a record: the number of its dependents of each entity."""


class References(NamedTuple):
    """What trash items refer to."""

    staff: Staff
    moments: Moments
    days: int


async def references(work: Work, days: int) -> References:
    """`days`: after how many the trash is emptied."""
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return References(people, work.moments, days)


async def count_dependents(work: Work, items: Sequence[Item]) -> DependentCounts:
    """The dependents that are, or were, in the trash with records."""
    showing = {dependents.ENTITIES[link.table_shows.name] for link in dependents.links()}
    names = [item.name for item in items]
    ids = [item.id for item in items if item.entity_type in showing]
    statement = queries.count_dependents(work.actor.is_admin)
    counts: dict[str, dict[str, int]] = {}
    for name, entity, count in await work.fetch(
        statement, actor=work.actor.id, names=names, ids=ids
    ):
        counts.setdefault(name, {})[entity] = count
    return counts


def subtract(some: DependentCounts, others: DependentCounts) -> DependentCounts:
    return {name: Counter(count) - Counter(others.get(name)) for name, count in some.items()}


def shown_dependents(counts: Mapping[str, int] | None) -> Dependents | None:
    """None when there is nothing to count."""
    if not counts or not any(counts.values()):
        return None
    tasks, events, files = (counts.get(each, 0) for each in ("task", "event", "file"))
    return Dependents(tasks=tasks, events=events, files=files)


def trashed(
    entity_type: str,
    record: Record,
    to: References,
    *,
    deleted: Mapping[str, int] | None = None,
    restored: Mapping[str, int] | None = None,
) -> Trashed:
    """Builds the wire form of a record that is, or was, in the trash."""
    deleted_on, deleted_by = record.deleted_on or 0, record.deleted_by or ""
    return Trashed(
        entity_type=entity_type,
        id=record.id,
        title=record.title,
        deleted_by=to.staff[deleted_by],
        deleted_on=to.moments(deleted_on),
        expires_on=to.moments(deleted_on + to.days * DAY),
        can_restore=bool(record.can_restore),
        also_deleted=shown_dependents(deleted),
        restored_together=shown_dependents(restored),
    )

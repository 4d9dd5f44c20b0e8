"""How the trash looks on the wire."""

from typing import NamedTuple

from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.queries import current
from dealwright.trash.rules import DAY, Record
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work


class Trashed(Shape, kw_only=True):
    """A deleted record. After `expiresOn` it is gone for good."""

    entity_type: str
    id: int
    title: str
    deleted_by: Employee
    deleted_on: MomentText
    expires_on: MomentText
    can_restore: bool


class References(NamedTuple):
    """What it takes to show a record of the trash."""

    staff: Staff
    moments: Moments
    days: int


async def references(work: Work) -> References:
    language = (await work.recall(current)).language
    people = staff(await work.recall(everybody), base_url=work.base_url, language=language)
    return References(people, work.moments, work.settings.trash_days)


def shown(entity_type: str, record: Record, to: References) -> Trashed:
    """A record that is in the trash."""
    deleted_on, deleted_by = record.deleted_on or 0, record.deleted_by or ""
    return Trashed(
        entity_type=entity_type,
        id=record.id,
        title=record.title,
        deleted_by=to.staff[deleted_by],
        deleted_on=to.moments(deleted_on),
        expires_on=to.moments(deleted_on + to.days * DAY),
        can_restore=bool(record.can_restore),
    )

"""How the history of changes looks on the wire: fields and values as the API prints them."""

from typing import Any, NamedTuple

import msgspec

from dealwright.audit_trail.queries import is_moment, is_money
from dealwright.audit_trail.rules import SHOWN_AS, Changed
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.queries import current
from dealwright.wire import casing
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments, money
from dealwright.work import Work


class FieldChange(Shape, kw_only=True):
    """One field before and after; null where there was nothing.

    People, contacts and stages are their ids; of custom fields only those that changed are shown.
    """

    field: str
    old: Any
    new: Any


class CustomValue(Shape, kw_only=True):
    """A custom value by the id of its field."""

    key: int
    value: str


class AuditEntry(Shape, kw_only=True):
    """Who did what to a record, and when. Unknown is also who used the command line."""

    id: int
    action: str
    by: Employee
    on: MomentText
    changes: list[FieldChange]


class Row(NamedTuple):
    """One row of `queries.page`; behind it stands how many there are."""

    id: int
    action: str
    person_id: str | None
    on: int
    changes: str

    @property
    def decoded(self) -> list[Changed]:
        return [Changed(*each) for each in _changes.decode(self.changes)]


_changes = msgspec.json.Decoder(list[tuple[str, Any, Any]])


class References(NamedTuple):
    staff: Staff
    moments: Moments


async def references(work: Work) -> References:
    language = (await work.recall(current)).language
    people = staff(await work.recall(everybody), base_url=work.base_url, language=language)
    return References(people, work.moments)


def entry(row: Row, changes: list[Changed], kind: str, to: References) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        action=row.action,
        by=to.staff[row.person_id or ""],
        on=to.moments(row.on),
        changes=[_change(each, kind, to.moments) for each in changes],
    )


def _change(each: Changed, kind: str, moments: Moments) -> FieldChange:
    old, new = (
        _differing(each)
        if each.field == "values"
        else (_printed(side, kind, each.field, moments) for side in (each.old, each.new))
    )
    name = casing.live(SHOWN_AS.get(each.field, each.field))
    return FieldChange(field=name, old=old, new=new)


def _printed(side: Any, kind: str, field: str, moments: Moments) -> Any:
    if side is None:
        return None
    if is_money(kind, field):
        return money(side)
    return moments(side) if is_moment(kind, field) else side


def _differing(each: Changed) -> tuple[Any, Any]:
    old, new = (None if side is None else dict(side) for side in (each.old, each.new))
    return _values(old, new or {}), _values(new, old or {})


def _values(side: dict[int, str] | None, other: dict[int, str]) -> list[CustomValue] | None:
    if side is None:
        return None
    return [CustomValue(key=k, value=v) for k, v in side.items() if other.get(k) != v]

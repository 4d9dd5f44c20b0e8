"""The wire form of the audit trail: fields and values as the API prints them."""

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.audit_trail.queries import is_moment, is_money
from dealwright.crm.audit_trail.rules import SHOWN_AS, Changed
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.organisation.queries import current
from dealwright.wire import casing
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments, money
from dealwright.work import Work


class FieldChange(Shape, kw_only=True):
    """One field before and after; null if there was no value.

    People, contacts and stages are ids; custom fields and contact data are shown only if they
    changed.
    """

    field: str
    old: Any
    new: Any


class CustomValue(Shape, kw_only=True):
    """A custom value by the id of its field."""

    key: int
    value: str


class ContactDatum(Shape, kw_only=True):
    """One item of contact data; `infoType` and `category` are numbers."""

    info_type: int
    category: int
    data: str
    is_primary: bool


class AuditEntry(Shape, kw_only=True):
    """Who did what to a record, and when. The command line has no user."""

    id: int
    action: str
    by: Employee
    on: MomentText
    changes: list[FieldChange]


class Row(NamedTuple):
    """One row of `queries.page`; its last value is the total."""

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
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
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
    if each.field in _DIFFERING:
        old, new = _DIFFERING[each.field](each)
    else:
        old, new = (_printed(side, kind, each.field, moments) for side in (each.old, each.new))
    name = casing.live(SHOWN_AS.get(each.field, each.field))
    return FieldChange(field=name, old=old, new=new)


def _printed(side: Any, kind: str, field: str, moments: Moments) -> Any:
    if side is None:
        return None
    if is_money(kind, field):
        return money(side)
    # Private values are stored there as text.
    return moments(side) if is_moment(kind, field) and isinstance(side, int) else side


def _differing_values(each: Changed) -> tuple[Any, Any]:
    old, new = (None if side is None else dict(side) for side in (each.old, each.new))
    return _values(old, new or {}), _values(new, old or {})


def _values(side: dict[int, str] | None, other: dict[int, str]) -> list[CustomValue] | None:
    if side is None:
        return None
    return [CustomValue(key=k, value=v) for k, v in side.items() if other.get(k) != v]


def _differing_infos(each: Changed) -> tuple[Any, Any]:
    return _infos(each.old, each.new or ()), _infos(each.new, each.old or ())


def _infos(side: list[Any] | None, other: Collection[Any]) -> list[ContactDatum] | None:
    """The contact data, stored as `contacts.infos.Info`, that the other side does not have."""
    if side is None:
        return None
    return [
        ContactDatum(info_type=info_type, category=category, data=data, is_primary=is_primary)
        for info_type, category, data, is_primary, *_ in (row for row in side if row not in other)
    ]


# Only the changed items of long lists are shown.
_DIFFERING = {"values": _differing_values, "infos": _differing_infos}

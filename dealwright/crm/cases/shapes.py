"""The wire form of cases, and how rows become it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.shapes import ContactBase
from dealwright.crm.trash.shapes import Dependents
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.custom_fields.queries import Field, definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase, by_owner, filled
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work


class Case(Shape, kw_only=True):
    """A case. Only a private case has an `accessList`."""

    # ours: the caller's own key, present only where it is set.
    documented_optional = ("external_id", "also_deleted")

    members: list[ContactBase]
    created_by: Employee
    created: MomentText
    title: str
    is_closed: bool
    is_private: bool
    access_list: list[Employee] | None = None
    can_edit: bool
    custom_fields: list[CustomFieldBase]
    external_id: str | None = None
    id: int
    also_deleted: Dependents | None = None


class Row(NamedTuple):
    """One row of `queries.rows`."""

    id: int
    external_id: str | None
    title: str
    is_closed: bool | int
    is_private: bool | int
    people: str | None
    can_edit: bool | int
    created_by: str
    created_on: int
    version: int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")


class References(NamedTuple):
    """What cases refer to, held in the process."""

    staff: Staff
    currencies: dict[str, Currency]
    fields: Sequence[Field]
    moments: Moments


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    fields = (await work.cached(definitions)).values()
    return References(
        staff(await work.cached(everybody), base_url=work.base_url, language=language),
        catalogue(),
        [field for field in fields if field.entity_type == FieldOwner.CASE],
        work.moments,
    )


_people = msgspec.json.Decoder(list[tuple[str]])
_members = msgspec.json.Decoder(list[contacts.Brief])
_values = msgspec.json.Decoder(list[tuple[int, str]])


def from_view(row: Sequence[Any], to: References) -> Case:
    """Builds a case from a row of `queries.view`, with headings."""
    *columns, members, values = row
    briefs = _members.decode(members)
    members = [contacts.base(each, to.staff, to.currencies) for each in briefs]
    fields = filled(row[0], dict(_values.decode(values)), to.fields, headings=True)
    return _case(columns, members=members, fields=fields, to=to)


def from_rows(
    rows: Iterable[Sequence[Any]],
    members: Iterable[Sequence[Any]],
    values: Iterable[Sequence[Any]],
    to: References,
) -> list[Case]:
    """Builds cases from the rows of `queries.rows`, `members_of` and `VALUES_OF`."""
    member_of = contacts.by_owner(members, to.staff, to.currencies)
    values_of = by_owner(values)
    return [
        _case(
            row,
            members=member_of[row[0]],
            fields=filled(row[0], values_of[row[0]], to.fields, headings=False),
            to=to,
        )
        for row in rows
    ]


def _case(
    columns: Sequence[Any],
    *,
    members: list[ContactBase],
    fields: list[CustomFieldBase],
    to: References,
) -> Case:
    row = Row(*columns)
    people = None if row.people is None else _people.decode(row.people)
    return Case(
        members=members,
        created_by=to.staff[row.created_by],
        created=to.moments(row.created_on),
        title=row.title,
        is_closed=row.is_closed == 1,
        is_private=row.is_private == 1,
        access_list=None if people is None else to.staff.listed(each for (each,) in people),
        can_edit=row.can_edit == 1,
        custom_fields=fields,
        external_id=row.external_id,
        id=row.id,
    )

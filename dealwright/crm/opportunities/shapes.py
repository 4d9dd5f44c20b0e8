"""The wire form of opportunities, and how rows become it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.shapes import ContactBase
from dealwright.crm.trash.shapes import Dependents
from dealwright.people.queries import Person, everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.custom_fields.queries import Field, definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase, by_owner, filled
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.shapes import StageBase, embedded
from dealwright.storage.cache import Held
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money
from dealwright.work import Work


class Opportunity(Shape, kw_only=True):
    """An opportunity. Unset dates are `0001-01-01T00:00:00.0000000Z`. Zero values are left out;
    lists leave out the access list of a public opportunity."""

    # ours: the caller's own key, present only where it is set.
    documented_optional = ("external_id", "also_deleted")

    created_by: Employee
    created: MomentText
    members: list[ContactBase]
    contact: ContactBase | None = None
    title: str
    description: str
    responsible: Employee
    bid_type: int = 0
    bid_value: MoneyNumber | None = None
    bid_currency: Currency | None = None
    per_period_value: int = 0
    stage: StageBase
    success_probability: int = 0
    actual_close_date: MomentText
    expected_close_date: MomentText
    is_private: bool
    access_list: list[Employee] | None = None
    can_edit: bool
    custom_fields: list[CustomFieldBase]
    external_id: str | None = None
    id: int
    also_deleted: Dependents | None = None


class Row(NamedTuple):
    """One row of `queries.rows`. The columns of the primary contact (`contacts.Brief`) follow."""

    id: int
    external_id: str | None
    title: str
    description: str
    responsible_id: str
    bid_type: int
    bid_value: int
    bid_currency: str
    per_period_value: int
    stage_id: int
    success_probability: int
    actual_close_on: int | None
    expected_close_on: int | None
    is_private: bool | int
    people: str | None
    can_edit: bool | int
    created_by: str
    created_on: int
    version: int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")
BRIEF = WIDTH + len(contacts.Brief._fields)


class References(NamedTuple):
    """What opportunities refer to, held in the process."""

    staff: Staff
    stages: dict[int, StageBase]
    currencies: dict[str, Currency]
    fields: Sequence[Field]
    moments: Moments


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people, stages = await work.cached(everybody), await work.cached(pipeline)
    fields = await work.cached(definitions)
    return _references(people, stages, fields, work.moments, work.base_url, language)


@lru_cache(maxsize=16)
def _references(
    people: Held[str, Person],
    stages: Held[int, Stage],
    fields: Held[int, Field],
    moments: Moments,
    base_url: str,
    language: str,
) -> References:
    """Built once for each reading of the tables and each base URL of the portal."""
    return References(
        staff(people, base_url=base_url, language=language),
        embedded(stages),
        catalogue(),
        [field for field in fields.values() if field.entity_type == FieldOwner.OPPORTUNITY],
        moments,
    )


_people = msgspec.json.Decoder(list[tuple[str]])
_members = msgspec.json.Decoder(list[contacts.Brief])
_values = msgspec.json.Decoder(list[tuple[int, str]])


def from_view(row: Sequence[Any], to: References) -> Opportunity:
    """Builds an opportunity from a row of `queries.view`: with headings, and with the access list
    even when it is public."""
    members, values = row[BRIEF:]
    return opportunity(
        row,
        members=[
            contacts.base(brief, to.staff, to.currencies) for brief in _members.decode(members)
        ],
        values=dict(_values.decode(values)),
        to=to,
        is_single=True,
    )


def from_rows(
    rows: Iterable[Sequence[Any]],
    members: Iterable[Sequence[Any]],
    values: Iterable[Sequence[Any]],
    to: References,
) -> list[Opportunity]:
    """Builds opportunities from the rows of `queries.rows`, `members_of` and `VALUES_OF`."""
    member_of = contacts.by_owner(members, to.staff, to.currencies)
    values_of = by_owner(values)
    return [
        opportunity(
            row,
            members=member_of[row[0]],
            values=values_of[row[0]],
            to=to,
            is_single=False,
        )
        for row in rows
    ]


def opportunity(
    columns: Sequence[Any],
    *,
    members: list[ContactBase],
    values: dict[int, str],
    to: References,
    is_single: bool,
) -> Opportunity:
    # A `Row` and a `contacts.Brief`, unpacked at once: naming them first makes a list a tenth
    # slower.
    (
        id, external_id, title, description, responsible_id, bid_type, bid_value, bid_currency,
        per_period_value, stage_id, success_probability, actual_close_on, expected_close_on,
        is_private, people, can_edit, created_by, created_on, _, *primary,
    ) = columns[:BRIEF]  # fmt: skip
    staff, stages, currencies, fields, moments = to
    record = Opportunity(
        created_by=staff[created_by],
        created=moments(created_on),
        members=members,
        title=title,
        description=description,
        responsible=staff[responsible_id],
        stage=stages[stage_id],
        actual_close_date=moments(actual_close_on),
        expected_close_date=moments(expected_close_on),
        is_private=is_private == 1,
        can_edit=can_edit == 1,
        custom_fields=filled(id, values, fields, headings=is_single) if values or is_single else [],
        id=id,
    )
    # Set one by one: from sixteen keywords on, Python builds a dict of them, which costs as much as
    # everything above.
    if primary[0] is not None:
        record.contact = contacts.base(primary, staff, currencies)
    record.bid_type = bid_type
    record.bid_value = money(bid_value) if bid_value else None
    record.bid_currency = currencies.get(bid_currency)
    record.per_period_value = per_period_value or 0
    record.success_probability = success_probability
    if people is not None:
        record.access_list = staff.listed(person_id for (person_id,) in _people.decode(people))
    elif is_single:
        record.access_list = []
    record.external_id = external_id
    return record

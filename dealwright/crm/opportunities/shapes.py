"""How opportunities look on the wire, and how rows become that."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.shapes import ContactBase
from dealwright.crm.trash.shapes import Belongings
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
    """An opportunity. Unset dates are `0001-01-01T00:00:00.0000000Z`; what is zero, and who has
    access to a public one in a list, is left out."""

    # ours: a key of the caller's own, shown only where there is one.
    documented_optional = ("external_id", "deleted_together")

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
    also_deleted: Belongings | None = None


class Row(NamedTuple):
    """One row of `queries.rows`; behind it stand the columns of the primary contact
    (`contacts.Brief`)."""

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
    """What opportunities point to, held in process."""

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
    """Made once for each reading of the tables and each address by which the portal is called."""
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


def single(row: Sequence[Any], to: References) -> Opportunity:
    """One row of `queries.view`: with headings, and the access list also when it is public."""
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


def listed(
    rows: Iterable[Sequence[Any]],
    members: Iterable[Sequence[Any]],
    values: Iterable[Sequence[Any]],
    to: References,
) -> list[Opportunity]:
    """The rows of `queries.rows` with those of `members_of` and `VALUES_OF`."""
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
    # A `Row` and a `contacts.Brief`, taken apart at once: naming them first costs a list a tenth.
    (
        id, external_id, title, description, responsible_id, bid_type, bid_value, bid_currency,
        per_period_value, stage_id, success_probability, actual_close_on, expected_close_on,
        is_private, people, can_edit, created_by, created_on, _, *primary,
    ) = columns[:BRIEF]  # fmt: skip
    staff, stages, currencies, fields, moments = to
    shown = Opportunity(
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
    # The rest by itself: from sixteen keywords on Python makes a dict of them, which costs as much
    # as all that is above.
    if primary[0] is not None:
        shown.contact = contacts.base(primary, staff, currencies)
    shown.bid_type = bid_type
    shown.bid_value = money(bid_value) if bid_value else None
    shown.bid_currency = currencies.get(bid_currency)
    shown.per_period_value = per_period_value or 0
    shown.success_probability = success_probability
    if people is not None:
        shown.access_list = staff.listed(person_id for (person_id,) in _people.decode(people))
    elif is_single:
        shown.access_list = []
    shown.external_id = external_id
    return shown

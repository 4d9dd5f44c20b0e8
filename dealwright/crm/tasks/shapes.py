"""The wire form of tasks, and how rows become it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.search.shapes import ContactWithEmail, with_email
from dealwright.crm.contacts.shapes import ContactInfo
from dealwright.people.queries import Person, everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import Item
from dealwright.portal.categories.shapes import Category, embedded_categories
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.organisation.queries import current
from dealwright.storage.cache import Held
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work


class Entity(Shape, kw_only=True):
    """The opportunity or case that a task or an event belongs to."""

    entity_type: str
    entity_id: int
    entity_title: str


class Task(Shape, kw_only=True):
    """A task. `contact` and `entity` are left out unless the caller may see them; `alertValue` is
    in minutes before the deadline."""

    # ours: the caller's own key, present only where it is set.
    documented_optional = ("external_id",)

    created_by: Employee
    created: MomentText
    contact: ContactWithEmail | None = None
    title: str
    description: str
    deadline: MomentText
    alert_value: int = 0
    responsible: Employee
    is_closed: bool = False
    category: Category | None = None
    entity: Entity | None = None
    can_edit: bool = False
    external_id: str | None = None
    id: int


class Row(NamedTuple):
    """One row of `queries.rows`. Id and title of the opportunity and of the case follow (null if
    there is none or it is hidden), then the columns of the contact (`contacts.Brief`)."""

    id: int
    external_id: str | None
    title: str
    description: str
    deadline: int
    responsible_id: str
    category_id: int | None
    is_closed: bool | int
    alert_value: int
    can_edit: bool | int
    created_by: str
    created_on: int
    version: int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")
ENTITIES = ("opportunity", "case")


class References(NamedTuple):
    """What tasks refer to, held in the process."""

    staff: Staff
    categories: dict[int, Category]
    currencies: dict[str, Currency]
    moments: Moments


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people, category_items = await work.cached(everybody), await work.cached(items)
    return _references(people, category_items, work.moments, work.base_url, language)


@lru_cache(maxsize=16)
def _references(
    people: Held[str, Person],
    category_items: Held[int, Item],
    moments: Moments,
    base_url: str,
    language: str,
) -> References:
    """Built once for each reading of the tables and each base URL of the portal."""
    return References(
        staff(people, base_url=base_url, language=language),
        embedded_categories(category_items),
        catalogue(),
        moments,
    )


def contact_of(columns: Sequence[Any]) -> int | None:
    """The contact that a row of `queries.rows` shows."""
    contact_id: int | None = columns[WIDTH + 2 * len(ENTITIES)]
    return contact_id


def task(columns: Sequence[Any], emails: Mapping[int, ContactInfo], to: References) -> Task:
    """Builds a task from a row of `queries.rows` or `queries.view` and the email addresses of
    contacts."""
    row = Row(*columns[:WIDTH])
    entities, brief = columns[WIDTH : WIDTH + 4], columns[WIDTH + 4 :]
    contact_id = contact_of(columns)
    return Task(
        created_by=to.staff[row.created_by],
        created=to.moments(row.created_on),
        contact=None
        if contact_id is None
        else with_email(contacts.base(brief, to.staff, to.currencies), emails.get(contact_id)),
        title=row.title,
        description=row.description,
        deadline=to.moments(row.deadline),
        alert_value=row.alert_value or 0,
        responsible=to.staff[row.responsible_id],
        is_closed=bool(row.is_closed),
        category=to.categories.get(row.category_id or 0),
        entity=entity(entities),
        can_edit=bool(row.can_edit),
        external_id=row.external_id,
        id=row.id,
    )


def entity(columns: Sequence[Any]) -> Entity | None:
    """Builds the entity from id and title of an opportunity, then of a case; null if there is none
    or it is hidden."""
    for place, name in enumerate(ENTITIES):
        id, title = columns[2 * place : 2 * place + 2]
        if id is not None:
            return Entity(entity_type=name, entity_id=id, entity_title=title)
    return None

"""The wire form of contacts, and how rows become it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts.infos import Info
from dealwright.crm.contacts.reach import Address as Address
from dealwright.crm.contacts.reach import ContactInfo as ContactInfo
from dealwright.crm.contacts.reach import infos_of, split
from dealwright.crm.trash.shapes import Dependents
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.shapes import ListItem, embedded
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.custom_fields.queries import Field, definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase, filled
from dealwright.portal.custom_fields.shapes import by_owner as values_by_owner
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work

PHOTO = "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid="
_OF_COMPANY, _OF_PERSON = "&isc=True&ps=", "&isc=False&ps="


def photo_address(contact_id: int, *, is_company: bool, version: int | None = None) -> str:
    """The URL of the large photo of a contact. Each version has another URL, so that no cache shows
    an old photo."""
    address = f"{PHOTO}{contact_id}&isc={is_company}&ps=3"
    return address if version is None else f"{address}&_={version}"


class ContactBase(Shape, kw_only=True):
    """A contact as other records embed it. `shareType` is 0 private, 1 everyone edits, 2 everyone
    reads."""

    small_photo_url: str | None = None
    medium_photo_url: str | None = None
    display_name: str
    is_company: bool
    access_list: list[Employee] | None = None
    is_private: bool
    is_shared: bool
    share_type: int
    currency: Currency | None
    can_edit: bool
    can_delete: bool
    id: int


Managers = str | list[tuple[str]] | None


class Brief(NamedTuple):
    """One row of `queries.brief`. `rights`: 0 see, 1 edit, 2 also delete. `managers` is set for
    private contacts only: one-element lists as JSON text, or as lists where SQLite embeds JSON in
    JSON."""

    id: int
    is_company: bool | int
    display_name: str
    share_type: int
    currency: str | None
    rights: int
    managers: Managers


_managers = msgspec.json.Decoder(list[tuple[str]])


def base(row: Sequence[Any], staff: Staff, currencies: dict[str, Currency]) -> ContactBase:
    """Builds a contact from the columns of a `Brief`, unpacked at once: a page of opportunities
    shows 75."""
    id, company, display_name, share_type, currency, rights, managing = row
    is_company, is_private = company == 1, share_type == 0
    photo = f"{PHOTO}{id}{_OF_COMPANY if is_company else _OF_PERSON}"
    return ContactBase(
        small_photo_url=photo + "1",
        medium_photo_url=photo + "2",
        display_name=display_name,
        is_company=is_company,
        access_list=managers(managing, staff) if is_private else None,
        is_private=is_private,
        is_shared=not is_private,
        share_type=share_type,
        currency=currencies.get(currency) if currency else None,
        can_edit=rights > 0,
        can_delete=rights > 1,
        id=id,
    )


def by_owner(
    rows: Iterable[Sequence[Any]], staff: Staff, currencies: dict[str, Currency]
) -> defaultdict[int, list[ContactBase]]:
    """Groups rows of (record, then a `Brief`) into the contacts of each record."""
    found: defaultdict[int, list[ContactBase]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(base(row[1:], staff, currencies))
    return found


def managers(listed: Managers, staff: Staff) -> list[Employee]:
    rows = _managers.decode(listed) if isinstance(listed, str) else listed or ()
    return [staff[person_id] for (person_id,) in rows]


class DeletedContact(ContactBase, kw_only=True):
    """One of many contacts that were deleted at once, as it was."""

    documented_optional = ("also_deleted",)

    also_deleted: Dependents | None = None


# The reference prints the members of the derived type first and those of its ancestors after them,
# so `Person` and `Company` share their members but cannot inherit them.


class Person(Shape, kw_only=True):
    """A person. `taskCount` counts the tasks that the caller may see, including closed ones. A list
    leaves out empty `addresses` and `tags`; a single person never has tags. `title` is the job
    title."""

    # ours: the caller's own key, present only where it is set.
    documented_optional = ("external_id", "also_deleted")

    first_name: str
    last_name: str
    company: ContactBase | None = None
    title: str
    addresses: list[Address] | None = None
    created_by: Employee
    created: MomentText
    about: str
    industry: str
    contact_status: ListItem | None = None
    common_data: list[ContactInfo]
    custom_fields: list[CustomFieldBase] | None = None
    tags: list[str] | None = None
    task_count: int = 0
    have_late_tasks: bool
    small_photo_url: str | None = None
    medium_photo_url: str | None = None
    display_name: str
    is_company: bool
    access_list: list[Employee] | None = None
    is_private: bool
    is_shared: bool
    share_type: int
    currency: Currency | None
    can_edit: bool
    can_delete: bool
    external_id: str | None = None
    id: int
    also_deleted: Dependents | None = None


class Company(Shape, kw_only=True):
    """A company. `personsCount` and `taskCount` count its persons and its own tasks that the caller
    may see."""

    documented_optional = ("external_id", "also_deleted")

    company_name: str
    persons_count: int = 0
    addresses: list[Address] | None = None
    created_by: Employee
    created: MomentText
    about: str
    industry: str
    contact_status: ListItem | None = None
    common_data: list[ContactInfo]
    custom_fields: list[CustomFieldBase] | None = None
    tags: list[str] | None = None
    task_count: int = 0
    have_late_tasks: bool
    small_photo_url: str | None = None
    medium_photo_url: str | None = None
    display_name: str
    is_company: bool
    access_list: list[Employee] | None = None
    is_private: bool
    is_shared: bool
    share_type: int
    currency: Currency | None
    can_edit: bool
    can_delete: bool
    external_id: str | None = None
    id: int
    also_deleted: Dependents | None = None


Contact = Person | Company


class Row(NamedTuple):
    """One row of `queries.rows`; the columns of the company (`Brief`) follow."""

    id: int
    external_id: str | None
    is_company: bool | int
    first_name: str
    last_name: str
    company_name: str
    display_name: str
    job_title: str
    about: str
    industry: str
    status_id: int | None
    share_type: int
    currency: str | None
    managers: str | None
    rights: int
    persons: int
    tasks: int
    has_late_tasks: bool | int
    created_by: str
    created_on: int
    version: int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")


class References(NamedTuple):
    """What contacts refer to, held in the process."""

    staff: Staff
    currencies: dict[str, Currency]
    items: dict[int, ListItem]
    person_fields: Sequence[Field]
    company_fields: Sequence[Field]
    moments: Moments


async def references(work: Work) -> References:
    portal = await work.cached(current)
    fields = (await work.cached(definitions)).values()
    return References(
        staff(await work.cached(everybody), base_url=work.base_url, language=portal.language),
        catalogue(),
        embedded(await work.cached(items)),
        of_kind(fields, is_company=False),
        of_kind(fields, is_company=True),
        work.moments,
    )


def of_kind(fields: Iterable[Field], *, is_company: bool) -> list[Field]:
    """The fields of persons or of companies: their own and those of all contacts."""
    owner = FieldOwner.COMPANY if is_company else FieldOwner.PERSON
    return [field for field in fields if field.entity_type in owner.has]


_values = msgspec.json.Decoder(list[tuple[int, str]])


def from_view(columns: Sequence[Any], to: References) -> Contact:
    """Builds a contact from a row of `queries.view`: with addresses, without tags."""
    *_, values, infos = columns
    reached, addresses = split(infos_of(infos))
    shown = dict(_values.decode(values))
    return contact(columns, to, reached=reached, addresses=addresses, values=shown)


def from_rows(
    rows: Iterable[Sequence[Any]],
    values: Iterable[Sequence[Any]],
    tags: Iterable[Sequence[Any]] | None,
    infos: Mapping[int, list[Info]],
    to: References,
) -> list[Contact]:
    """Builds contacts from the rows of `queries.rows`, `VALUES_OF`, `TAGS_OF` and `INFOS_OF`.
    Without tags each contact has its full form, in which `addresses` is a list even when it is
    empty."""
    values_of = values_by_owner(values)
    tags_of: dict[int, list[str]] = {}
    for owner, title in tags or ():
        tags_of.setdefault(owner, []).append(title)
    found = []
    for row in rows:
        reached, addresses = split(infos.get(row[0], ()))
        values_here, tags_here = values_of.get(row[0], {}), tags_of.get(row[0])
        found.append(
            contact(
                row,
                to,
                reached=reached,
                addresses=addresses if tags is None else addresses or None,
                values=values_here,
                tags=tags_here,
            )
        )
    return found


def contact(
    columns: Sequence[Any],
    to: References,
    *,
    reached: list[ContactInfo],
    addresses: list[Address] | None = None,
    values: Mapping[int, str] | None = None,
    tags: list[str] | None = None,
) -> Contact:
    """Builds a person or a company from a row. Without `values` it is the simple form: no custom
    fields, no status."""
    row = Row(*columns[:WIDTH])
    brief = (getattr(row, name) for name in Brief._fields)
    shown = base([*brief], to.staff, to.currencies)
    shared = msgspec.structs.asdict(shown) | {
        "addresses": addresses,
        "created_by": to.staff[row.created_by],
        "created": to.moments(row.created_on),
        "about": row.about,
        "industry": row.industry,
        "contact_status": None if values is None else to.items.get(row.status_id or 0),
        "common_data": reached,
        "custom_fields": None if values is None else _fields(row, values, to),
        "tags": tags,
        "task_count": row.tasks or 0,
        "have_late_tasks": bool(row.has_late_tasks),
        "external_id": row.external_id,
    }
    if row.is_company:
        return Company(company_name=row.company_name, persons_count=row.persons, **shared)
    company = columns[WIDTH : WIDTH + len(Brief._fields)]
    return Person(
        first_name=row.first_name,
        last_name=row.last_name,
        title=row.job_title,
        company=None if company[0] is None else base(company, to.staff, to.currencies),
        **shared,
    )


def _fields(row: Row, values: Mapping[int, str], to: References) -> list[CustomFieldBase]:
    fields = to.company_fields if row.is_company else to.person_fields
    return filled(row.id, dict(values), fields, headings=True) if fields else []

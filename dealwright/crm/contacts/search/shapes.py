"""The wire form of lists of contacts where it differs from that of single contacts."""

from collections.abc import Iterable, Sequence
from typing import Any

from dealwright.crm.contacts.shapes import Company, ContactBase, ContactInfo, Person
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, staff
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.shapes import Category, embedded_categories
from dealwright.portal.currencies.shapes import Currency
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, Shape
from dealwright.work import Work


class NearestTask(Shape, kw_only=True):
    """The open task of a contact with the nearest deadline, among those that the caller may see."""

    title: str
    description: str
    deadline: MomentText
    alert_value: int = 0
    responsible: Employee
    is_closed: bool = False
    category: Category | None = None
    id: int


class ContactWithTask(Shape, kw_only=True):
    """A contact in its simple form, with its next task if it has one."""

    task: NearestTask | None = None
    contact: Person | Company


class ContactWithEmail(Shape, kw_only=True):
    """A contact as other records embed it, with its primary email address if it has one."""

    email: ContactInfo | None = None
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


class ContactWithPhone(Shape, kw_only=True):
    """A contact as other records embed it, with its primary phone number if it has one."""

    phone: ContactInfo | None = None
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


async def nearest(work: Work, rows: Iterable[Sequence[Any]]) -> dict[int, NearestTask]:
    """Builds tasks from the rows of `queries.nearest`, by the contact's id."""
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    categories = embedded_categories(await work.cached(items))
    return {
        contact_id: NearestTask(
            title=title,
            description=description,
            deadline=work.moments(deadline),
            alert_value=alert_value or 0,
            responsible=people[responsible_id],
            category=categories.get(category_id),
            id=id,
        )
        for contact_id, id, title, description, deadline, alert_value, responsible_id, category_id
        in rows
    }  # fmt: skip


def with_email(contact: ContactBase, email: ContactInfo | None) -> ContactWithEmail:
    return ContactWithEmail(email=email, **_members(contact))


def with_phone(contact: ContactBase, phone: ContactInfo | None) -> ContactWithPhone:
    return ContactWithPhone(phone=phone, **_members(contact))


def _members(contact: ContactBase) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in contact.__struct_fields__}

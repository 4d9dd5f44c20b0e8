"""How lists of contacts look on the wire where they differ from single ones."""

from typing import Any

from dealwright.contacts.shapes import Company, ContactBase, ContactInfo, Person
from dealwright.currencies.shapes import Currency
from dealwright.people.shapes import Employee
from dealwright.wire.shape import Shape


class ContactWithTask(Shape, kw_only=True):
    """A contact in its simple form."""

    contact: Person | Company


class ContactWithEmail(Shape, kw_only=True):
    """A contact as other records embed it, and its primary address of e-mail if it has one."""

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
    """A contact as other records embed it, and its primary phone number if it has one."""

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


def with_email(contact: ContactBase, email: ContactInfo | None) -> ContactWithEmail:
    return ContactWithEmail(email=email, **_members(contact))


def with_phone(contact: ContactBase, phone: ContactInfo | None) -> ContactWithPhone:
    return ContactWithPhone(phone=phone, **_members(contact))


def _members(contact: ContactBase) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in contact.__struct_fields__}

"""How contacts look on the wire."""

from typing import NamedTuple

import msgspec

from dealwright.currencies.shapes import Currency
from dealwright.people.shapes import Employee, Staff
from dealwright.wire.shape import Shape

PHOTO = "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid={}&isc={}&ps={}"


class ContactBase(Shape, kw_only=True):
    """A contact as other records embed it. `shareType` is 0 private, 1 everyone edits, 2 everyone reads."""

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
    """One row of `queries.brief`; `managers` are one-element lists, for private contacts only: as JSON text, but as
    the lists themselves where SQLite puts JSON into JSON."""

    id: int
    is_company: bool | int
    display_name: str
    share_type: int
    currency: str | None
    can_edit: bool | int
    managers: Managers


_managers = msgspec.json.Decoder(list[tuple[str]])


def base(row: Brief, *, staff: Staff, currencies: dict[str, Currency]) -> ContactBase:
    is_private = row.share_type == 0
    can_edit = bool(row.can_edit)
    return ContactBase(
        small_photo_url=PHOTO.format(row.id, bool(row.is_company), 1),
        medium_photo_url=PHOTO.format(row.id, bool(row.is_company), 2),
        display_name=row.display_name,
        is_company=bool(row.is_company),
        access_list=managers(row.managers, staff) if is_private else None,
        is_private=is_private,
        is_shared=not is_private,
        share_type=row.share_type,
        currency=currencies.get(row.currency) if row.currency else None,
        can_edit=can_edit,
        can_delete=can_edit,
        id=row.id,
    )


def managers(listed: Managers, staff: Staff) -> list[Employee]:
    rows = _managers.decode(listed) if isinstance(listed, str) else listed or ()
    return [staff[person_id] for (person_id,) in rows]

"""The wire form of contact data, and how rows become it."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dealwright.crm.contacts.infos import Info, Infos, InfoType
from dealwright.wire.shape import Shape

_infos = msgspec.json.Decoder(list[tuple[int, int, str, int | bool, str, int]])


def infos_of(rows: str) -> Infos:
    """Decodes the rows of `queries.INFO` from one JSON text; the oldest first."""
    return tuple(sorted(map(_info, _infos.decode(rows)), key=lambda info: info.id))


def by_owner(rows: Iterable[Sequence[Any]]) -> dict[int, list[Info]]:
    """Groups rows of `queries.INFO`, each after the id of its contact."""
    by_owner: dict[int, list[Info]] = {}
    for owner, *columns in rows:
        by_owner.setdefault(owner, []).append(_info(columns))
    return by_owner


def _info(columns: Sequence[Any]) -> Info:
    info_type, category, data, is_primary, key, id = columns
    return Info(info_type, category, data, bool(is_primary), key, id)


class ContactInfo(Shape, kw_only=True):
    """One item of contact data: a phone number, an email address, a web page."""

    id: int
    info_type: int
    category: int
    data: str
    category_name: str
    is_primary: bool


class Address(Shape, kw_only=True):
    """A postal address of a contact."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    category: int = 0
    category_name: str
    is_primary: bool = False


def reach(info: Info) -> ContactInfo:
    return ContactInfo(
        id=info.id,
        info_type=info.info_type,
        category=info.category,
        data=info.data,
        category_name=info.category_name,
        is_primary=info.is_primary,
    )


def address(info: Info) -> Address:
    return Address(
        **info.parts,
        category=info.category,
        category_name=info.category_name,
        is_primary=info.is_primary,
    )


def split(infos: Iterable[Info]) -> tuple[list[ContactInfo], list[Address]]:
    """Splits contact data as contacts show it: postal addresses are apart."""
    parts: tuple[list[ContactInfo], list[Address]] = ([], [])
    for info in infos:
        if info.info_type == InfoType.ADDRESS:
            parts[1].append(address(info))
        else:
            parts[0].append(reach(info))
    return parts

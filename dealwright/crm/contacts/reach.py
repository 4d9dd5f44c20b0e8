"""How contact data looks on the wire, and how rows become that."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dealwright.crm.contacts.infos import Info, Infos, InfoType
from dealwright.wire.shape import Shape

_infos = msgspec.json.Decoder(list[tuple[int, int, str, int | bool, str, int]])


def infos_of(rows: str) -> Infos:
    """Rows of `queries.INFO` as one JSON text; the oldest first."""
    return tuple(sorted(map(_info, _infos.decode(rows)), key=lambda info: info.id))


def by_owner(rows: Iterable[Sequence[Any]]) -> dict[int, list[Info]]:
    """Rows of `queries.INFO`, each behind the id of its contact."""
    found: dict[int, list[Info]] = {}
    for owner, *columns in rows:
        found.setdefault(owner, []).append(_info(columns))
    return found


def _info(columns: Sequence[Any]) -> Info:
    info_type, category, data, is_primary, key, id = columns
    return Info(info_type, category, data, bool(is_primary), key, id)


class ContactInfo(Shape, kw_only=True):
    """One way to reach a contact: a number, an address of e-mail, a page."""

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


def apart(infos: Iterable[Info]) -> tuple[list[ContactInfo], list[Address]]:
    """Contact data as contacts show it: postal addresses by themselves."""
    found: tuple[list[ContactInfo], list[Address]] = ([], [])
    for info in infos:
        if info.info_type == InfoType.ADDRESS:
            found[1].append(address(info))
        else:
            found[0].append(reach(info))
    return found

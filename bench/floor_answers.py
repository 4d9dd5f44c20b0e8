"""Rows to bytes by the shortest way: what an answer repeats is kept encoded, everything else is a
Struct made by position.

It knows of the product's answers only what the data to measure on can show; `bench.check` compares
the bytes."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Raw, UnsetType

from dealwright.access import Actor, Role
from dealwright.crm.opportunities import shapes
from dealwright.people.queries import everybody
from dealwright.settings import read
from dealwright.storage.cache import Cache
from dealwright.storage.engines.opening import open_database
from dealwright.storage.files.file_store import Directory
from dealwright.wire import casing
from dealwright.wire.values import moments
from dealwright.work import Work

ROWS_OF_A_PAGE = 25
PHOTO = "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid="
# Who is on the list of a private one is JSON text, null for a public one. For a single one the JSON
# texts of its members and values follow.
COLUMNS = """o.id, o.external_id, o.title, o.description, o.responsible_id, o.bid_type, o.bid_value,
    o.bid_currency, o.per_period_value, o.stage_id, o.success_probability, o.actual_close_on,
    o.expected_close_on, case when o.is_private then {people} end, o.created_by, o.created_on,
    o.version, c.id, c.is_company, c.display_name, c.share_type, c.currency"""
Row = Sequence[Any]
Page = tuple[list[Row], list[Row], list[Row], list[Row]]
"""Ids with the total, rows, members, values; the last two begin with the opportunity's id."""


class Contact(msgspec.Struct, rename=casing.live, gc=False):
    small_photo_url: str
    medium_photo_url: str
    display_name: str
    is_company: bool
    is_private: bool
    is_shared: bool
    share_type: int
    currency: Raw | None
    can_edit: bool
    can_delete: bool
    id: int


class Custom(msgspec.Struct, rename=casing.live, gc=False):
    entity_id: int
    label: str
    field_value: str
    field_type: int
    position: int
    mask: str
    id: int


class Opportunity(msgspec.Struct, rename=casing.live, gc=False):
    created_by: Raw
    created: str
    members: list[Contact]
    contact: Contact
    title: str
    description: str
    responsible: Raw
    bid_type: int | UnsetType
    bid_value: float | UnsetType
    bid_currency: Raw
    per_period_value: int | UnsetType
    stage: Raw
    success_probability: int | UnsetType
    actual_close_date: str
    expected_close_date: str
    is_private: bool
    access_list: list[Raw] | UnsetType
    can_edit: bool
    custom_fields: list[Custom]
    external_id: str | UnsetType
    id: int


class Envelope(msgspec.Struct, rename=casing.live, gc=False):
    count: int
    start_index: int | UnsetType
    next_index: int | UnsetType
    total: int | UnsetType
    status: int
    status_code: int
    response: Opportunity | list[Opportunity]


class References(NamedTuple):
    """What rows point to, encoded."""

    people: dict[str, Raw]
    stages: dict[int, Raw]
    currencies: dict[str | None, Raw]
    fields: dict[int, Any]
    moment: Any


class Answers:
    def __init__(self, to: References) -> None:
        self._to = to
        self._people = msgspec.json.Decoder(list[tuple[str]]).decode
        self._members = msgspec.json.Decoder(list[tuple[int, bool | int, str, int, None]]).decode
        self._values = msgspec.json.Decoder(list[tuple[int, str]]).decode
        self._encode = msgspec.json.Encoder().encode

    def listed(self, page: Page, start: int) -> bytes:
        found, rows, members, values = page
        contacts: dict[int, list[Contact]] = {row[0]: [] for row in found}
        custom: dict[int, list[Custom]] = {row[0]: [] for row in found}
        for owner, *columns in members:
            contacts[owner].append(_contact(*columns))
        for owner, field_id, text in values:
            custom[owner].append(self._custom(owner, field_id, text))
        shown = {}
        for row in rows:
            shown[row[0]] = self._one(row, contacts[row[0]], custom[row[0]], UNSET)
        total = found[0][1] if found else 0
        end = start + ROWS_OF_A_PAGE
        whole = Envelope(
            len(found), start or UNSET, end if end < total else UNSET, total, 0, 200,
            [shown[row[0]] for row in found],
        )  # fmt: skip
        return self._encode(whole)

    def single(self, row: Row, status: int = 200) -> bytes:
        contacts = [_contact(*each) for each in self._members(row[-2])]
        custom = [self._custom(row[0], *each) for each in self._values(row[-1])]
        one = self._one(row, contacts, custom, [])
        return self._encode(Envelope(1, UNSET, UNSET, UNSET, 0, status, one))

    def _one(
        self, row: Row, members: list[Contact], custom: list[Custom], nobody: list[Raw] | UnsetType
    ) -> Opportunity:
        to, moment = self._to, self._to.moment
        is_private = row[13] is not None
        return Opportunity(
            to.people[row[14]],
            moment(row[15]),
            members,
            _contact(*row[17:22]),
            row[2],
            row[3],
            to.people[row[4]],
            row[5] or UNSET,
            row[6] / 10_000 if row[6] else UNSET,
            to.currencies[row[7]],
            row[8] or UNSET,
            to.stages[row[9]],
            row[10] or UNSET,
            moment(row[11]),
            moment(row[12]),
            is_private,
            [to.people[each] for (each,) in self._people(row[13])] if is_private else nobody,
            True,
            custom,
            UNSET if row[1] is None else row[1],
            row[0],
        )

    def _custom(self, owner: int, field_id: int, text: str) -> Custom:
        field = self._to.fields[field_id]
        return Custom(owner, field.label, text, field.field_type, field.position, "", field_id)


def _contact(id: int, is_company: bool | int, name: str, share_type: int, _: None) -> Contact:
    photo = f"{PHOTO}{id}&isc={'True' if is_company else 'False'}&ps="
    return Contact(
        f"{photo}1", f"{photo}2", name, is_company == 1, False, True, share_type, None, True, True,
        id,
    )  # fmt: skip


async def read_references(database: str, base_url: str) -> References:
    """Read once, by the product's own code."""
    opened = await open_database(database)
    cache = Cache()
    settings = read({}, {})
    known = {"cache": cache, "settings": settings, "moments": moments(ZoneInfo("UTC"))}
    known["files"] = Directory(settings.files, "")
    owner = Actor("", Role.OWNER)
    try:
        to = await opened.read(
            lambda session: shapes.references(
                Work(session, owner, now=0, base_url=base_url, **known)  # type: ignore[arg-type]
            )
        )
        people = await opened.read(lambda session: cache.cached(everybody, session))
    finally:
        await opened.close()
    return References(
        {person: _raw(to.staff[person]) for person in people},
        {stage: _raw(shown) for stage, shown in to.stages.items()},
        {code: _raw(shown) for code, shown in to.currencies.items()},
        {field.id: field for field in to.fields},
        to.moments,
    )


def _raw(shown: object) -> Raw:
    return Raw(msgspec.json.encode(shown))

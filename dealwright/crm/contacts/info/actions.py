"""Reads and changes the contact data of one contact. Each change also changes the contact's
version."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from dealwright.crm.contacts import infos, repository, rules
from dealwright.crm.contacts.infos import Info, Infos, InfoType
from dealwright.crm.contacts.reach import ContactInfo, reach
from dealwright.crm.contacts.rules import Contact
from dealwright.errors import Invalid, NotFound
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import Portal, current
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import ADDRESS, Address
from dealwright.records import phones
from dealwright.work import Work


class InfoInput(Protocol):
    """One requested item: `id` 0 is a new one; `category` is a name or a number."""

    @property
    def id(self) -> int: ...
    @property
    def info_type(self) -> InfoType: ...
    @property
    def category(self) -> str: ...
    @property
    def data(self) -> str: ...
    @property
    def is_primary(self) -> bool: ...


async def listed(work: Work, contact_id: int) -> list[ContactInfo]:
    """All data of a contact, the newest first, addresses as JSON text. Raises NotFound."""
    stored = (await repository.load(work, contact_id)).before.infos
    return [reach(info) for info in reversed(stored)]


async def texts(work: Work, contact_id: int, info_type: InfoType) -> list[str]:
    """The `data` of one kind, the newest first. Raises NotFound."""
    stored = (await repository.load(work, contact_id)).before.infos
    return [info.data for info in reversed(stored) if info.info_type == info_type]


async def one(work: Work, contact_id: int, info_id: int) -> ContactInfo:
    """One item. Raises NotFound for the contact, Invalid for an id that is not its data."""
    before = (await repository.load(work, contact_id)).before
    # quirk: only this route answers 400 for an item that does not exist or belongs to another
    # contact.
    for info in before.infos:
        if info.id == info_id:
            return reach(info)
    raise Invalid("id", "must be the id of data of this contact")


async def add(
    work: Work, contact_id: int, inputs: Sequence[InfoInput], *, named: str = "items[{}]."
) -> list[ContactInfo]:
    """Adds items and returns them as stored. `named` is the prefix of their parameter names in
    error messages. Needs a transaction. Raises NotFound, Forbidden, Stale, Invalid."""
    before = await _to_edit(work, contact_id)
    new = await draft_infos(work, inputs, named=named)
    after = await _save(work, before, infos.add(before.infos, new))
    return _in_order(after, before.infos, new)


async def put_all(work: Work, contact_id: int, inputs: Sequence[InfoInput]) -> list[ContactInfo]:
    """Replaces all data of a contact by these items. Needs a transaction. Raises the same errors as
    `add`."""
    before = await _to_edit(work, contact_id)
    new = await draft_infos(work, inputs)
    remaining = infos.replace_all(before.infos, new)
    after = await _save(work, before, remaining)
    deleted = tuple(info for info in before.infos if info.id not in {each.id for each in remaining})
    return _in_order(after, deleted, new)


async def put(
    work: Work,
    contact_id: int,
    info_id: int,
    *,
    info_type: InfoType | None,
    category: str | None,
    data: str,
    is_primary: bool | None,
) -> ContactInfo:
    """Changes one item; None keeps a value. Raises NotFound (also for an item of another contact),
    Forbidden, Stale, Invalid.

    # differs: the reference moves an item of another contact to this one; it ignores a category
    that the kind does not have, and any category without a kind.
    """
    before = await _to_edit(work, contact_id)
    stored_one = _own(before, info_id)
    kind = InfoType(stored_one.info_type) if info_type is None else info_type
    name = str(stored_one.category) if category is None else category
    requested = stored_one._replace(
        info_type=kind,
        category=infos.category_of(kind, name),
        data=infos.demand_data(kind, data),
        is_primary=stored_one.is_primary if is_primary is None else is_primary,
    )
    return await _replace_one(work, before, requested)


async def put_address(
    work: Work, contact_id: int, info_id: int, *, category: int, data: str, is_primary: bool
) -> ContactInfo:
    """Changes the parts of an address. Raises NotFound (also for anything but an address of this
    contact), Forbidden, Stale, Invalid."""
    before = await _to_edit(work, contact_id)
    stored_one = _own(before, info_id)
    if stored_one.info_type != InfoType.ADDRESS:
        raise NotFound
    requested = stored_one._replace(category=category, data=data, is_primary=is_primary)
    return await _replace_one(work, before, requested)


async def delete(work: Work, contact_id: int, info_id: int) -> ContactInfo:
    """Deletes one item and returns it as it was. Raises NotFound (also for an item of another
    contact), Forbidden, Stale.

    # differs: the reference deletes data of any contact through any other.
    """
    before = await _to_edit(work, contact_id)
    deleted = _own(before, info_id)
    await _store(work, before, infos.removed(before.infos, info_id))
    return reach(deleted)


async def draft_infos(
    work: Work, inputs: Iterable[InfoInput], *, named: str = "items[{}]."
) -> list[Info]:
    """Checks the requested items and computes their keys. Raises Invalid."""
    region = await _region(work)
    found = []
    for place, item in enumerate(inputs):
        kind, before = item.info_type, named.format(place)
        category = infos.category_of(kind, item.category, f"{before}category")
        data = infos.demand_data(kind, item.data, f"{before}data")
        info = Info(int(kind), category, data, item.is_primary, id=max(item.id, 0))
        found.append(_keyed(info, region))
    return found


async def search_key(work: Work, info_type: InfoType, text: str) -> str | None:
    """What the key of data that contains `text` must contain. None if no data can contain it."""
    if info_type != InfoType.PHONE or not text.strip():
        return infos.search_key(info_type, text)
    return phones.key_of(text, await _region(work)) or phones.digits_of(text) or None


async def _replace_one(work: Work, before: Contact, requested: Info) -> ContactInfo:
    requested = _keyed(requested, await _region(work))
    await _store(work, before, infos.change(before.infos, requested))
    return reach(requested)


async def _to_edit(work: Work, contact_id: int) -> Contact:
    return (await repository.load_to_edit(work, contact_id)).before


def _own(contact: Contact, info_id: int) -> Info:
    if info_id <= 0:
        raise Invalid("id", "must be the id of contact data")
    for info in contact.infos:
        if info.id == info_id:
            return info
    raise NotFound


async def _region(work: Work) -> str | None:
    return region_of(await work.cached(current), await setting_of(work, ADDRESS))


def region_of(portal: Portal, address: Address) -> str | None:
    """The country of phone numbers without a country code."""
    facts = CURRENCIES.get(portal.currency)
    currency_country = facts.culture_name if facts else ""
    return phones.region_of(portal.language, currency_country, address.country)


def _keyed(info: Info, region: str | None) -> Info:
    return info._replace(key=key_of(info.info_type, info.data, region))


def key_of(info_type: int, data: str, region: str | None) -> str:
    """The key that equal data of a kind have in common."""
    if info_type == InfoType.PHONE:
        return phones.key_of(data, region)
    return infos.plain_key(info_type, data)


async def _save(work: Work, before: Contact, after: Infos) -> Infos:
    """Stores the data and returns it as stored, with the ids of new items."""
    await _store(work, before, after)
    return (await repository.load(work, before.id)).before.infos


async def _store(work: Work, before: Contact, after: Infos) -> None:
    infos.demand_few(after)
    if after != before.infos:
        changed = rules.next_version(replace(before, infos=after), before)
        await repository.save(work, before, changed, "updated")


def _in_order(after: Infos, other: Infos, requested: Sequence[Info]) -> list[ContactInfo]:
    """The requested items in their order; new ones got ids in that order."""
    others = {info.id for info in other}
    stored_ones = {info.id: info for info in after if info.id not in others}
    own = {info.id for info in requested} & stored_ones.keys()
    new = iter([info for id, info in stored_ones.items() if id not in own])
    found = []
    for item in requested:
        found.append(stored_ones[item.id] if item.id in own else next(new))
        own.discard(item.id)
    return [reach(info) for info in found]

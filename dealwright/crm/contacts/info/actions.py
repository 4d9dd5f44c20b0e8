"""The contact data of one contact: what there is, and changing it with the contact's version."""

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
from dealwright.records import phones
from dealwright.work import Work


class Wish(Protocol):
    """One that is to be: `id` 0 for a new one; `category` is a name or a number."""

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
    """All of a contact, the newest first, addresses as their JSON. Raises NotFound."""
    found = (await repository.load(work, contact_id)).before.infos
    return [reach(info) for info in reversed(found)]


async def texts(work: Work, contact_id: int, info_type: InfoType) -> list[str]:
    """What those of one kind say, the newest first. Raises NotFound."""
    found = (await repository.load(work, contact_id)).before.infos
    return [info.data for info in reversed(found) if info.info_type == info_type]


async def one(work: Work, contact_id: int, info_id: int) -> ContactInfo:
    """Raises NotFound for the contact, Invalid for what is none of its data."""
    before = (await repository.load(work, contact_id)).before
    # quirk: where there is no such one, or it is of another contact, only this route says 400.
    for info in before.infos:
        if info.id == info_id:
            return reach(info)
    raise Invalid("id", "must be the id of data of this contact")


async def add(
    work: Work, contact_id: int, inputs: Sequence[Wish], *, named: str = "items[{}]."
) -> list[ContactInfo]:
    """More of them, as they are then; `named` is what stands before the names of their parameters.
    Needs a transaction. Raises NotFound, Forbidden, Stale, Invalid."""
    before = await _to_edit(work, contact_id)
    new = await drafted(work, inputs, named=named)
    after = await _save(work, before, infos.added(before.infos, new))
    return _shown(after, before.infos, new)


async def put_all(work: Work, contact_id: int, inputs: Sequence[Wish]) -> list[ContactInfo]:
    """These and no others. Needs a transaction. Raises as `add`."""
    before = await _to_edit(work, contact_id)
    new = await drafted(work, inputs)
    kept = infos.replaced(before.infos, new)
    after = await _save(work, before, kept)
    gone = tuple(info for info in before.infos if info.id not in {each.id for each in kept})
    return _shown(after, gone, new)


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
    """One with other data; what is None stays. Raises NotFound also for one of another contact,
    Forbidden, Stale, Invalid.

    # differs: the reference takes one of another contact and makes it this one's; it ignores a
    # category that the kind does not have, and any without a kind.
    """
    before = await _to_edit(work, contact_id)
    stored_one = _own(before, info_id)
    kind = InfoType(stored_one.info_type) if info_type is None else info_type
    said = str(stored_one.category) if category is None else category
    wished = stored_one._replace(
        info_type=kind,
        category=infos.category_of(kind, said),
        data=infos.demand_data(kind, data),
        is_primary=stored_one.is_primary if is_primary is None else is_primary,
    )
    return await _replace_one(work, before, wished)


async def put_address(
    work: Work, contact_id: int, info_id: int, *, category: int, data: str, is_primary: bool
) -> ContactInfo:
    """An address with other parts. Raises NotFound also for what is no address of this contact,
    Forbidden, Stale, Invalid."""
    before = await _to_edit(work, contact_id)
    stored_one = _own(before, info_id)
    if stored_one.info_type != InfoType.ADDRESS:
        raise NotFound
    wished = stored_one._replace(category=category, data=data, is_primary=is_primary)
    return await _replace_one(work, before, wished)


async def delete(work: Work, contact_id: int, info_id: int) -> ContactInfo:
    """Takes one away and gives it as it was. Raises NotFound also for one of another contact,
    Forbidden, Stale.

    # differs: the reference deletes data of any contact through any other.
    """
    before = await _to_edit(work, contact_id)
    gone = _own(before, info_id)
    await _store(work, before, infos.removed(before.infos, info_id))
    return reach(gone)


async def drafted(work: Work, inputs: Iterable[Wish], *, named: str = "items[{}].") -> list[Info]:
    """What is wished, checked and with its keys. Raises Invalid."""
    region = await _region(work)
    found = []
    for place, wish in enumerate(inputs):
        kind, before = wish.info_type, named.format(place)
        category = infos.category_of(kind, wish.category, f"{before}category")
        data = infos.demand_data(kind, wish.data, f"{before}data")
        info = Info(int(kind), category, data, wish.is_primary, id=max(wish.id, 0))
        found.append(_keyed(info, region))
    return found


async def sought(work: Work, info_type: InfoType, text: str) -> str | None:
    """What the key of data that contains a text must contain; None for a text that none does."""
    if info_type != InfoType.PHONE or not text.strip():
        return infos.sought_key(info_type, text)
    return phones.key_of(text, await _region(work)) or phones.digits_of(text) or None


async def _replace_one(work: Work, before: Contact, wished: Info) -> ContactInfo:
    wished = _keyed(wished, await _region(work))
    await _store(work, before, infos.changed(before.infos, wished))
    return reach(wished)


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
    return region_of(await work.cached(current))


def region_of(portal: Portal) -> str | None:
    """The country of phone numbers that name none."""
    facts = CURRENCIES.get(portal.currency)
    return phones.region_of(portal.language, facts.culture_name if facts else "")


def _keyed(info: Info, region: str | None) -> Info:
    return info._replace(key=key_of(info.info_type, info.data, region))


def key_of(info_type: int, data: str, region: str | None) -> str:
    """What data of a kind have in common with others that mean the same."""
    if info_type == InfoType.PHONE:
        return phones.key_of(data, region)
    return infos.plain_key(info_type, data)


async def _save(work: Work, before: Contact, after: Infos) -> Infos:
    """Stores them; they as they are then, with the ids of new ones."""
    await _store(work, before, after)
    return (await repository.load(work, before.id)).before.infos


async def _store(work: Work, before: Contact, after: Infos) -> None:
    infos.demand_few(after)
    if after != before.infos:
        changed = rules.next_version(replace(before, infos=after), before)
        await repository.save(work, before, changed, "updated")


def _shown(after: Infos, other: Infos, wished: Sequence[Info]) -> list[ContactInfo]:
    """Those that were wished, in that order: new ones got their ids in it."""
    others = {info.id for info in other}
    stored_ones = {info.id: info for info in after if info.id not in others}
    own = {info.id for info in wished} & stored_ones.keys()
    new = iter([info for id, info in stored_ones.items() if id not in own])
    found = []
    for wish in wished:
        found.append(stored_ones[wish.id] if wish.id in own else next(new))
        own.discard(wish.id)
    return [reach(info) for info in found]

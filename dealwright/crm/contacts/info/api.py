"""The routes of contact data: phone numbers, addresses and web pages of a contact."""

from typing import Annotated, Any

import msgspec

from dealwright import access
from dealwright.crm.contacts import infos
from dealwright.crm.contacts.info import actions
from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.contacts.reach import ContactInfo
from dealwright.errors import Invalid
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Data = Annotated[str, Length(infos.LONGEST)]
Name = Annotated[str, Length(255)]
Part = Annotated[str, Length(1000)]


class OfKind(msgspec.Struct, kw_only=True, frozen=True):
    info_type: InfoType


class OfContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class TextsOfContact(OfContact, kw_only=True, frozen=True):
    info_type: InfoType


class InfoPath(OfContact, kw_only=True, frozen=True):
    id: Id


class New(OfContact, kw_only=True, frozen=True):
    """`category` is a category of the kind, by name or by number. The data of an address is JSON
    with street, city, state, zip and country."""

    info_type: InfoType
    category: Name
    data: Data = ""
    is_primary: bool = False


class Item(msgspec.Struct, kw_only=True, frozen=True):
    """`id` names existing data of this contact; without it the item is new."""

    info_type: InfoType = InfoType.PHONE
    category: Name = "0"
    data: Data = ""
    is_primary: bool = False
    id: int = 0


class Several(OfContact, kw_only=True, frozen=True):
    items: list[Item] = []

    @property
    def inputs(self) -> list[Item]:
        return [
            item if item.category else msgspec.structs.replace(item, category="0")
            for item in self.items
        ]


class Change(InfoPath, kw_only=True, frozen=True):
    """Absent values stay, except `data`."""

    info_type: InfoType | None = None
    category: Name | None = None
    data: Data = ""
    is_primary: bool | None = None


class Address(msgspec.Struct, kw_only=True, frozen=True):
    """A postal address. Absent parts become empty."""

    street: Part = ""
    city: Part = ""
    state: Part = ""
    zip: Part = ""
    country: Part = ""
    category: Name = "0"
    is_primary: bool = False

    @property
    def data(self) -> str:
        return infos.address({name: getattr(self, name) for name in infos.PARTS})


class NewAddress(OfContact, kw_only=True, frozen=True):
    address: Address | None = None


class ChangedAddress(InfoPath, kw_only=True, frozen=True):
    address: Address | None = None


@route.get("contact/data/infoType")
async def kinds(work: Work) -> list[str]:
    """Lists the kinds of contact data."""
    return [kind.label for kind in InfoType]


@route.get("contact/data/{infoType}/category")
async def categories(work: Work, params: OfKind) -> list[str]:
    """Lists the categories of a kind of contact data. The position of a category is its number."""
    return list(infos.categories(params.info_type))


@route.get("contact/{contactid:id}/data")
async def listed(work: Work, params: OfContact, paging: Paging) -> Listing[ContactInfo]:
    """Lists all data of a contact, the newest first. An address is JSON."""
    return arrange(await actions.listed(work, params.contact_id), paging)


@route.get("contact/{contactid:id}/data/{id:id}")
async def one(work: Work, params: InfoPath) -> ContactInfo:
    """Returns one item of a contact's data."""
    return await actions.one(work, params.contact_id, params.id)


@route.get("contact/{contactid:id}/data/{infoType}")
async def texts(work: Work, params: TextsOfContact) -> list[str]:
    """Lists the values of one kind of a contact's data."""
    return await actions.texts(work, params.contact_id, params.info_type)


@route.post("contact/{contactid:id}/data", mode=Mode.TRANSACTION)
async def add(work: Work, params: New) -> ContactInfo:
    """Adds contact data. A primary item replaces the current primary one of its kind."""
    item = Item(
        info_type=params.info_type,
        category=params.category,
        data=params.data,
        is_primary=params.is_primary,
    )
    return await _added(work, params.contact_id, item)


@route.post("contact/{contactid:id}/addressdata", mode=Mode.TRANSACTION)
async def add_address(work: Work, params: NewAddress) -> ContactInfo:
    """Adds a postal address to a contact."""
    address = _given(params.address)
    item = Item(
        info_type=InfoType.ADDRESS,
        category=address.category,
        data=address.data,
        is_primary=address.is_primary,
    )
    return await _added(work, params.contact_id, item)


@route.post("contact/{contactid:id}/batch", mode=Mode.TRANSACTION)
async def add_several(work: Work, params: Several) -> list[ContactInfo]:
    """Adds several items of contact data, all or none. Of several primary ones of a kind the first
    becomes primary."""
    new = [msgspec.structs.replace(item, id=0) for item in params.inputs]
    return await actions.add(work, params.contact_id, new)


@route.put("contact/{contactid:id}/data/{id:id}")
async def put(work: Work, params: Change) -> ContactInfo:
    """Replaces one item of contact data."""
    return await actions.put(
        work,
        params.contact_id,
        params.id,
        info_type=params.info_type,
        category=params.category,
        data=params.data,
        is_primary=params.is_primary,
    )


@route.put("contact/{contactid:id}/addressdata/{id:id}")
async def put_address(work: Work, params: ChangedAddress) -> ContactInfo:
    """Replaces a postal address of a contact. Absent parts become empty."""
    address = _given(params.address)
    return await actions.put_address(
        work,
        params.contact_id,
        params.id,
        category=infos.category_of(InfoType.ADDRESS, address.category),
        data=address.data,
        is_primary=address.is_primary,
    )


@route.put("contact/{contactid:id}/batch", mode=Mode.TRANSACTION)
async def put_all(work: Work, params: Several) -> list[ContactInfo]:
    """Replaces all data of a contact by these items. An empty list removes all."""
    return await actions.put_all(work, params.contact_id, params.inputs)


@route.delete("contact/{contactid:id}/data/{id:id}")
async def delete(work: Work, params: InfoPath) -> ContactInfo:
    """Deletes one item of contact data and returns it as it was."""
    return await actions.delete(work, params.contact_id, params.id)


async def _added(work: Work, contact_id: int, item: Item) -> ContactInfo:
    return (await actions.add(work, contact_id, [item], named=""))[0]


def _given(address: Any) -> Any:
    if address is None:
        raise Invalid("address", f"must be an object with {', '.join(infos.PARTS)}")
    return address

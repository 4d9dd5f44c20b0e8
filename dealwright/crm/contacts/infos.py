"""Contact data: its kinds and categories, and how a change makes new values of it. Pure decisions
on frozen values."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from dealwright.errors import Invalid

LONGEST = 65_000
MOST = 1000  # per contact: a change reads all of them
LONGEST_KEY = 255
_LONGEST_READ = 4 * LONGEST_KEY  # characters of which a key is made
PARTS = ("street", "city", "state", "zip", "country")


class InfoType(IntEnum):
    """The kinds of contact data."""

    PHONE = 0
    EMAIL = 1
    WEBSITE = 2
    SKYPE = 3
    TWITTER = 4
    LINKED_IN = 5
    FACEBOOK = 6
    ADDRESS = 7
    LIVE_JOURNAL = 8
    MY_SPACE = 9
    G_MAIL = 10
    BLOGGER = 11
    YAHOO = 12
    MSN = 13
    ICQ = 14
    JABBER = 15
    AIM = 16
    VK = 17

    @classmethod
    def captions(cls) -> Mapping[str, "InfoType"]:
        """The labels that people read, in lower case."""
        return {"web site": cls.WEBSITE, "x (twitter)": cls.TWITTER}

    @property
    def label(self) -> str:
        """The name as the API spells it."""
        return _LABELS[self]


_LABELS = (
    *("Phone", "Email", "Website", "Skype", "Twitter", "LinkedIn", "Facebook", "Address"),
    *("LiveJournal", "MySpace", "GMail", "Blogger", "Yahoo", "MSN", "ICQ", "Jabber", "AIM", "VK"),
)
_CATEGORIES: Mapping[InfoType, tuple[str, ...]] = {
    InfoType.PHONE: ("Home", "Work", "Mobile", "Fax", "Direct", "Other"),
    InfoType.ADDRESS: ("Home", "Postal", "Office", "Billing", "Other", "Work"),
}
_OTHERWISE = ("Home", "Work", "Other")
_CAPTIONS = {"Postal": "Delivery"}
# Email goes to these addresses, so they may not contain a line break that starts a new header.
_MAILED = (InfoType.EMAIL, InfoType.G_MAIL)


class Info(NamedTuple):
    """One item of contact data. `data` of an address is JSON with all of PARTS; `key` is equal for
    items that mean the same; a new item has the id 0."""

    info_type: int
    category: int
    data: str
    is_primary: bool = False
    key: str = ""
    id: int = 0

    @property
    def category_name(self) -> str:
        """The label of the category, or the number if the kind has no such category."""
        names = categories(InfoType(self.info_type))
        name = names[self.category] if self.category < len(names) else str(self.category)
        return _CAPTIONS.get(name, name)

    @property
    def parts(self) -> dict[str, str]:
        """The parts of an address."""
        parts: dict[str, str] = json.loads(self.data)
        return parts


Infos = tuple[Info, ...]


def categories(info_type: InfoType) -> tuple[str, ...]:
    """The names of the categories of a kind. The position of a category is its number."""
    return _CATEGORIES.get(info_type, _OTHERWISE)


def category_of(info_type: InfoType, given: str, parameter: str = "category") -> int:
    """The number of a category, given by name or by number. Raises Invalid.

    # differs: in the reference one route accepts names alone, in their exact case, another numbers
    alone, even numbers without a category.
    """
    names = categories(info_type)
    params = given.strip().lower()
    for number, name in enumerate(names):
        if params in (name.lower(), str(number), _CAPTIONS.get(name, name).lower()):
            return number
    raise Invalid(parameter, f"must be one of {', '.join(names)}, or its number from 0")


def demand_data(info_type: InfoType, data: str, parameter: str = "data") -> str:
    """The data as it is stored. Raises Invalid.

    Any text is accepted as an email address or a number: people write down what they hear.
    """
    if not data.strip():
        raise Invalid(parameter, "must not be empty")
    if info_type is InfoType.ADDRESS:
        return _address(data, parameter)
    if info_type in _MAILED and any(unicodedata.category(each) in _ENDS for each in data):
        raise Invalid(parameter, "must not hold line breaks or control characters")
    return data


_ENDS = ("Cc", "Zl", "Zp")


def _address(data: str, parameter: str) -> str:
    """An address as JSON text. Raises Invalid for anything else."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Invalid(parameter, f"must be a JSON object with {', '.join(PARTS)}")
    return address({str(name).lower(): value for name, value in given.items()}, parameter)


def address(given: Mapping[str, object], parameter: str = "address") -> str:
    """The JSON text of an address from its parts. Absent parts become empty. Raises Invalid."""
    # differs: the reference stores what it gets and shows nothing of an address that lacks a part.
    parts = {name: _part(given.get(name), f"{parameter}.{name}") for name in PARTS}
    return json.dumps(parts, ensure_ascii=False, indent=2)


def _part(value: object, parameter: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid(parameter, "must be text")
    text = str(value)
    if illegal := _ILLEGAL.search(text):  # an escape sequence may contain it
        raise Invalid(parameter, f"must not hold the character U+{ord(illegal[0]):04X}")
    return text


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain_key(info_type: int, data: str) -> str:
    """The key of any data but a phone number: without case, outer space and invisible
    characters."""
    if info_type == InfoType.ADDRESS:
        data = ", ".join(part for part in json.loads(data).values() if part)
    return search_key(info_type, data)


def search_key(info_type: int, data: str) -> str:
    """The same for a text to search for in keys. A text for addresses is not JSON."""
    key = unicodedata.normalize("NFKC", data.strip()[:_LONGEST_READ]).casefold().strip()
    if info_type in _MAILED:
        key = key.removeprefix("mailto:")
    if info_type == InfoType.WEBSITE:
        key = key.partition("://")[2] or key
        key = key.removeprefix("www.").rstrip("/")
    return key[:LONGEST_KEY]


# ------------------------------------------------------------------------------- a contact's whole


def demand_few(infos: Infos, parameter: str = "items") -> None:
    """Raises Invalid for more items than a contact may have."""
    # differs: the reference has no limit.
    if len(infos) > MOST:
        raise Invalid(parameter, f"must leave the contact at most {MOST} data, not {len(infos)}")


def add(before: Infos, new: Sequence[Info]) -> Infos:
    """The data with new items added. A primary item replaces the current primary one of its
    kind."""
    return (*_demote(before, new), *_keep_first_primaries(new))


def change(before: Infos, after: Info) -> Infos:
    """The data with one stored item changed."""
    others = [each for each in before if each.id != after.id]
    remaining = {each.id: each for each in (*_demote(others, [after]), after)}
    return tuple(remaining[each.id] for each in before)


def removed(before: Infos, info_id: int) -> Infos:
    return tuple(each for each in before if each.id != info_id)


def replace_all(before: Infos, new: Sequence[Info]) -> Infos:
    """The data replaced by new items. An item with an id of this contact keeps it; any other is
    new, so that no data moves from another contact."""
    own = {each.id for each in before}
    remaining: list[Info] = []
    for each in new:
        is_own = each.id in own
        own.discard(each.id)
        remaining.append(each if is_own else each._replace(id=0))
    return tuple(sorted(_keep_first_primaries(remaining), key=lambda each: each.id or float("inf")))


def _demote(stored: Iterable[Info], new: Iterable[Info]) -> Infos:
    """# differs: in the reference a contact may have several primary ones of a kind."""
    taken = {each.info_type for each in new if each.is_primary}
    return tuple(
        each._replace(is_primary=each.is_primary and each.info_type not in taken) for each in stored
    )


def _keep_first_primaries(new: Iterable[Info]) -> Infos:
    """Of several new primary items of a kind only the first stays primary."""
    taken: set[int] = set()
    found = []
    for each in new:
        found.append(each._replace(is_primary=each.is_primary and each.info_type not in taken))
        if each.is_primary:
            taken.add(each.info_type)
    return tuple(found)

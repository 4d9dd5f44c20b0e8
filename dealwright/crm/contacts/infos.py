"""Contact data: the ways to reach a contact, their kinds and categories, and how a change makes new
ones of them. Pure decisions on frozen values.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from dealwright.errors import Invalid

LONGEST = 65_000
MOST = 1000  # of one contact: all of them are read with it
LONGEST_KEY = 255
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
        """What people read instead of a name, in lower case."""
        return {"web site": cls.WEBSITE, "x (twitter)": cls.TWITTER}

    @property
    def label(self) -> str:
        """Its name as the API spells it."""
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
# Letters are sent to these, so nothing in them may begin another line of a letter's head.
_MAILED = (InfoType.EMAIL, InfoType.G_MAIL)


class Info(NamedTuple):
    """One way to reach a contact. `data` of an address is JSON with all of PARTS; `key` is what two
    that mean the same have in common; a new one has the id 0."""

    info_type: int
    category: int
    data: str
    is_primary: bool = False
    key: str = ""
    id: int = 0

    @property
    def category_name(self) -> str:
        """Its category as people read it; of a number that is none, the number."""
        names = categories(InfoType(self.info_type))
        name = names[self.category] if self.category < len(names) else str(self.category)
        return _CAPTIONS.get(name, name)

    @property
    def parts(self) -> dict[str, str]:
        """Of an address."""
        found: dict[str, str] = json.loads(self.data)
        return found


Infos = tuple[Info, ...]


def categories(info_type: InfoType) -> tuple[str, ...]:
    """The names of the categories of a kind; their places are their numbers."""
    return _CATEGORIES.get(info_type, _OTHERWISE)


def category_of(info_type: InfoType, said: str, parameter: str = "category") -> int:
    """The number of a category said by its name or its number. Raises Invalid.

    # differs: in the reference one route knows names alone, in their exact case, another numbers
    # alone, also such that no category has.
    """
    names = categories(info_type)
    params = said.strip().lower()
    for number, name in enumerate(names):
        if params in (name.lower(), str(number), _CAPTIONS.get(name, name).lower()):
            return number
    raise Invalid(parameter, f"must be one of {', '.join(names)}, or its number from 0")


def demand_data(info_type: InfoType, data: str, parameter: str = "data") -> str:
    """The data as it is kept. Raises Invalid.

    Anything counts as an address of e-mail or a number: people write down what they were told.
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
    """An address as JSON text. Raises Invalid for what is none."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Invalid(parameter, f"must be a JSON object with {', '.join(PARTS)}")
    return address({str(name).lower(): value for name, value in said.items()}, parameter)


def address(said: Mapping[str, object], parameter: str = "address") -> str:
    """The JSON text of an address by its parts; what is missing is empty. Raises Invalid."""
    # differs: the reference keeps what came, and shows nothing of an address that lacks a part.
    parts = {name: _part(said.get(name), f"{parameter}.{name}") for name in PARTS}
    return json.dumps(parts, ensure_ascii=False, indent=2)


def _part(value: object, parameter: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid(parameter, "must be text")
    text = str(value)
    if found := _ILLEGAL.search(text):  # it may have come in as an escape sequence
        raise Invalid(parameter, f"must not hold the character U+{ord(found[0]):04X}")
    return text


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain_key(info_type: int, data: str) -> str:
    """The key of anything but a phone number: without case, outer space, and what programs add."""
    if info_type == InfoType.ADDRESS:
        data = ", ".join(part for part in json.loads(data).values() if part)
    return sought_key(info_type, data)


def sought_key(info_type: int, data: str) -> str:
    """The same of a text to be found in keys; one for addresses is no JSON."""
    key = unicodedata.normalize("NFKC", data).casefold().strip()
    if info_type in _MAILED:
        key = key.removeprefix("mailto:")
    if info_type == InfoType.WEBSITE:
        key = key.partition("://")[2] or key
        key = key.removeprefix("www.").rstrip("/")
    return key[:LONGEST_KEY]


# ------------------------------------------------------------------------------- a contact's whole


def demand_few(found: Infos, parameter: str = "items") -> None:
    """Raises Invalid for more than one contact may have."""
    # differs: the reference takes any number of them.
    if len(found) > MOST:
        raise Invalid(parameter, f"must leave the contact at most {MOST} data, not {len(found)}")


def added(before: Infos, new: Sequence[Info]) -> Infos:
    """With more of them; a primary one takes the place of another of its kind."""
    return (*_demoted(before, new), *_first_primaries(new))


def changed(before: Infos, after: Info) -> Infos:
    """With one that is stored as it is to be."""
    others = [each for each in before if each.id != after.id]
    kept = {each.id: each for each in (*_demoted(others, [after]), after)}
    return tuple(kept[each.id] for each in before)


def removed(before: Infos, info_id: int) -> Infos:
    return tuple(each for each in before if each.id != info_id)


def replaced(before: Infos, new: Sequence[Info]) -> Infos:
    """Those and no others. One that names an id of this contact keeps it; any other is a new one,
    so that nothing is ever taken from another contact."""
    own = {each.id for each in before}
    kept: list[Info] = []
    for each in new:
        is_own = each.id in own
        own.discard(each.id)
        kept.append(each if is_own else each._replace(id=0))
    return tuple(sorted(_first_primaries(kept), key=lambda each: each.id or float("inf")))


def _demoted(stored: Iterable[Info], new: Iterable[Info]) -> Infos:
    """# differs: in the reference a contact may have several primary ones of a kind."""
    taken = {each.info_type for each in new if each.is_primary}
    return tuple(
        each._replace(is_primary=each.is_primary and each.info_type not in taken) for each in stored
    )


def _first_primaries(new: Iterable[Info]) -> Infos:
    """Of several primary ones of a kind that come together the first is it."""
    taken: set[int] = set()
    found = []
    for each in new:
        found.append(each._replace(is_primary=each.is_primary and each.info_type not in taken))
        if each.is_primary:
            taken.add(each.info_type)
    return tuple(found)

"""The entries of the main navigation, and which of them a portal has."""

from collections.abc import Collection, Sequence
from typing import NamedTuple


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


class Entry(NamedTuple):
    address: str
    name: str  # in English
    icon: str
    is_current: bool = False
    waiting: int = 0  # what the number beside the name counts


ENTRIES = (
    Entry("/opportunities/board", _("Pipeline"), "board"),
    Entry("/my-day", _("My day"), "check"),
    Entry("/contacts", _("Contacts"), "users"),
    Entry("/cases", _("Cases"), "clipboard"),
    Entry("/insight", _("Insight"), "chart"),
)


def entries(addresses: Collection[str], path: str) -> Sequence[Entry]:
    """The entries that lead somewhere; the one that `path` lies under is current."""
    return [
        each._replace(is_current=_section(path) == _section(each.address))
        for each in ENTRIES
        if each.address in addresses
    ]


def _section(path: str) -> str:
    return path.strip("/").partition("/")[0]

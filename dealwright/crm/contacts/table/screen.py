"""The list of contacts as its template needs it: rows, heads that sort, tabs of kinds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.contacts.search.filters import ListView
from dealwright.crm.contacts.shapes import Contact, Person
from dealwright.crm.page_links import address


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


LIST = "/contacts"
NEWEST = "created"
KINDS = {"": ListView.ALL, "persons": ListView.PERSON, "companies": ListView.COMPANY}
# The key of the address, the title of its column, the sort key of lists.
SORTS = {"name": "displayname", "status": "contactstatus", NEWEST: "created"}
_TITLES = {"": _("All"), "persons": _("Persons"), "companies": _("Companies")}
# Which come first in their column when it is clicked the first time.
_LAST_FIRST = (NEWEST,)


class RowView(NamedTuple):
    """`email` and `phone`: the primary one, else the first; empty where there is none."""

    contact: Contact
    name: str
    company: str
    email: str
    phone: str
    created: datetime


class Head(NamedTuple):
    """`address` sorts by the column, empty where it cannot; `order`: as aria-sort names it."""

    title: str
    address: str = ""
    order: str = ""


class Tab(NamedTuple):
    title: str
    address: str
    is_current: bool


def rows(contacts: Sequence[Contact]) -> list[RowView]:
    return [
        RowView(
            each,
            each.display_name.strip(),
            each.company.display_name.strip() if isinstance(each, Person) and each.company else "",
            _reached(each, InfoType.EMAIL),
            _reached(each, InfoType.PHONE),
            datetime.fromisoformat(each.created),
        )
        for each in contacts
    ]


def _reached(contact: Contact, info_type: InfoType) -> str:
    found = [each for each in contact.common_data if each.info_type == info_type]
    found.sort(key=lambda each: not each.is_primary)
    return found[0].data if found else ""


def heads(query: Mapping[str, str], sort: str, *, down: bool) -> list[Head]:
    """A second click turns the order around."""

    def sorting(title: str, name: str) -> Head:
        is_sorted = name == sort
        turned = not down if is_sorted else name in _LAST_FIRST
        order = {"sort": name, "order": "descending"} if turned else {"sort": name}
        said = ("descending" if down else "ascending") if is_sorted else ""
        return Head(title, address(LIST, {**query, **order}), said)

    return [
        sorting(_("Name"), "name"),
        Head(_("Company")),
        Head(_("Email")),
        Head(_("Phone")),
        sorting(_("Status"), "status"),
        Head(_("Tags")),
        sorting(_("Added on"), NEWEST),
    ]


def tabs(query: Mapping[str, str], kind: str) -> list[Tab]:
    others = {name: value for name, value in query.items() if name != "kind"}
    return [
        Tab(title, address(LIST, {**others, "kind": name} if name else others), name == kind)
        for name, title in _TITLES.items()
    ]

"""The trash as its template needs it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dealwright.crm.page_links import address
from dealwright.crm.trash.shapes import Dependents, Trashed


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


LIST = "/trash"
SOON = 7  # days: what ends sooner is marked


class Kind(NamedTuple):
    """`one` names one record, `many` the tab."""

    one: str
    many: str
    icon: str


KINDS: Mapping[str, Kind] = {
    "opportunity": Kind(_("Opportunity"), _("Opportunities"), "board"),
    "contact": Kind(_("Contact"), _("Contacts"), "user"),
    "task": Kind(_("Task"), _("Tasks"), "check"),
    "case": Kind(_("Case"), _("Cases"), "flag"),
    "event": Kind(_("Note"), _("Notes"), "clipboard"),
    "file": Kind(_("File"), _("Files"), "file"),
    "invoice": Kind(_("Invoice"), _("Invoices"), "file"),
}


class RowView(NamedTuple):
    """`key`: what a form sends for the record; `days` until it is deleted for good."""

    key: str
    record: Trashed
    kind: Kind
    deleted_on: datetime
    days: int
    ends_soon: bool
    also: Dependents | None


class Tab(NamedTuple):
    title: str
    address: str
    is_current: bool


def rows(records: Sequence[Trashed], now: datetime) -> list[RowView]:
    return [_row(each, now) for each in records]


def _row(record: Trashed, now: datetime) -> RowView:
    days = max(0, (datetime.fromisoformat(record.expires_on) - now).days)
    return RowView(
        f"{record.entity_type}:{record.id}",
        record,
        KINDS[record.entity_type],
        datetime.fromisoformat(record.deleted_on),
        days,
        days < SOON,
        record.also_deleted,
    )


def tabs(kind: str, text: str) -> list[Tab]:
    """All, and each kind; the search stays."""
    query = {"text": text} if text else {}
    found = [Tab(_("All"), address(LIST, query), not kind)]
    return found + [
        Tab(each.many, address(LIST, {"kind": name, **query}), name == kind)
        for name, each in KINDS.items()
    ]

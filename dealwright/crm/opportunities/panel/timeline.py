"""Events and changes of an opportunity in one list, the newest first, by days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any, NamedTuple

from dealwright.crm.audit_trail.rules import Changed
from dealwright.crm.audit_trail.shapes import Row
from dealwright.crm.history.rules import System
from dealwright.crm.opportunities.board.screen import amount

# What a value is, so that a template can write it.
MONEY, DAY, PERCENT, PERSON, STAGE, CONTACTS, PEOPLE, FLAG, TEXT = (
    *("money", "day", "percent", "person", "stage", "contacts", "people", "flag", "text"),
)


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


# The fields that the trail tells of, by their names in it: what a template calls them, what they
# hold, and whether "Restore" is offered.
FIELDS: Mapping[str, tuple[str, str]] = {
    "title": (_("Title"), TEXT),
    "description": (_("Description"), TEXT),
    "responsible_id": (_("Responsible"), PERSON),
    "contact_id": (_("Contact"), CONTACTS),
    "members": (_("People"), CONTACTS),
    "bid_value": (_("Amount"), MONEY),
    "bid_currency": (_("Currency"), TEXT),
    "bid_type": (_("Paid"), TEXT),
    "per_period_value": (_("Number of periods"), TEXT),
    "stage_id": (_("Stage"), STAGE),
    "success_probability": (_("Probability"), PERCENT),
    "actual_close_on": (_("Closed on"), DAY),
    "expected_close_on": (_("Expected close"), DAY),
    "is_private": (_("Private"), FLAG),
    "access": (_("Access"), PEOPLE),
    "tags": (_("Tag"), TEXT),
    "external_id": (_("External id"), TEXT),
    "loss_comment": (_("What happened"), TEXT),
}
# What a change makes of itself beside what a person did.
DERIVED = frozenset(
    {"rank", "stage_since", "closing_rate", "closing_currency", "touched_on", "version"}
)


RESTORED = ("changed", "moved", "tagged")


class Value(NamedTuple):
    """`kind` says how `value` is written; an empty value is None."""

    kind: str
    value: Any
    currency: str = ""


class Change(NamedTuple):
    """`name` is in English, or is the label of a custom field."""

    name: str
    old: Value
    new: Value


class Entry(NamedTuple):
    """`kind`: note, files, task, created, moved, changed, tagged, deleted or restored."""

    id: int
    kind: str
    who: str
    on: int
    text: str = ""
    category: str = ""
    changes: Sequence[Change] = ()
    files: Sequence[Any] = ()
    contact: Any = None
    can_restore: bool = False
    days_before: int | None = None  # on the stage that it was moved from


class Days(NamedTuple):
    day: date
    entries: Sequence[Entry]


class References(NamedTuple):
    """What values of the trail point to, by their ids; `days`: how long a stay on a stage took, by
    the moment at which it ended."""

    people: Mapping[str, str]
    stages: Mapping[int, str]
    contacts: Mapping[int, str]
    fields: Mapping[int, str]
    days: Mapping[int, int] = {}


def from_trail(
    rows: Iterable[tuple[Row, Sequence[Changed]]], to: References, *, currency: str, can_edit: bool
) -> list[Entry]:
    """Entries of the audit trail, the newest first; `currency` is the present one."""
    found: list[Entry] = []
    later: set[str] = set()  # what a newer entry changed
    for row, changes in rows:
        visible = [each for each in changes if each.field not in DERIVED]
        shown = [change for each in visible for change in _changes(each, currency, to)]
        by_field = {each.field: each for each in visible}
        if "bid_currency" in by_field:
            currency = by_field["bid_currency"].old or currency
        kind = _kind(row.action, by_field)
        if not shown and kind == "changed":
            continue
        keys = {key for each in visible for key in _keys(each)}
        can_restore = can_edit and kind in RESTORED and bool(shown) and not keys & later
        later |= keys
        found.append(
            Entry(
                row.id,
                kind,
                to.people.get(row.person_id or "", ""),
                row.on,
                changes=() if kind == "created" else shown,
                can_restore=can_restore,
                days_before=to.days.get(row.on) if kind == "moved" else None,
            )
        )
    return found


def _keys(each: Changed) -> list[str]:
    """What has to be still as a change left it, to be restored."""
    if each.field == "tags":
        return [f"tags {each.old or each.new}"]
    if each.field == "values":
        sides = dict(each.old or ()), dict(each.new or ())
        return [f"values {id}" for id in sides[0].keys() | sides[1].keys()]
    return [each.field]


def _kind(action: str, changed: Mapping[str, Changed]) -> str:
    if action in ("created", "deleted", "restored"):
        return action
    if "stage_id" in changed:
        return "moved"
    return "tagged" if action in ("tagged", "untagged") else "changed"


def _changes(each: Changed, currency: str, to: References) -> list[Change]:
    if each.field == "values":
        old, new = dict(each.old or ()), dict(each.new or ())
        return [
            Change(to.fields[key], _text(old.get(key)), _text(new.get(key)))
            for key in to.fields
            if old.get(key) != new.get(key)
        ]
    if each.field not in FIELDS:
        return []
    name, kind = FIELDS[each.field]
    return [Change(name, *(_value(kind, side, currency, to) for side in (each.old, each.new)))]


def _value(kind: str, side: Any, currency: str, to: References) -> Value:
    if side is None or side == "" or side == []:
        return Value(kind, None)
    match kind:
        case "money":
            return Value(kind, amount(side), currency)
        case "person":
            return Value(kind, to.people.get(side, ""))
        case "people":
            return Value(kind, ", ".join(to.people.get(each, "") for each in side))
        case "stage":
            return Value(kind, to.stages.get(side))
        case "contacts":
            listed = side if isinstance(side, list) else [side]
            return Value(
                kind, ", ".join(to.contacts[each] for each in listed if each in to.contacts)
            )
    return Value(kind, side)


def _text(side: str | None) -> Value:
    return Value(TEXT, side or None)


_EVENTS = {System.TASK_CLOSED: "task", System.FILES_UPLOADED: "files"}


def from_event(event: Any, on: int) -> Entry:
    """An event, as it is shown, that happened at a moment in microseconds UTC."""
    return Entry(
        event.id,
        _EVENTS.get(event.category.id, "note"),
        event.created_by.display_name,
        on,
        text=event.content,
        category=event.category.title,
        files=event.files,
        contact=event.contact,
    )


def by_days(entries: Iterable[Entry], zone: tzinfo) -> list[Days]:
    """The newest first."""
    ordered = sorted(entries, key=lambda each: (each.on, each.id), reverse=True)
    return [
        Days(day, [*listed])
        for day, listed in groupby(
            ordered, lambda each: datetime.fromtimestamp(each.on / 1_000_000, zone).date()
        )
    ]

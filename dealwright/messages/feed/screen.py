"""The feed of notifications as its template needs it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dealwright.messages.feed.shapes import Notification
from dealwright.messages.notifications.rules import Choice, NotificationKind


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


class Kind(NamedTuple):
    """`happened` says what happened, `when` names the kind in the choices."""

    happened: str
    when: str
    icon: str


KINDS: Mapping[str, Kind] = {
    "responsible": Kind(_("You are responsible now"), _("I become responsible"), "user"),
    "access": Kind(_("Shared with you"), _("Something private is shared with me"), "lock"),
    "mentioned": Kind(_("You are mentioned"), _("Someone mentions me"), "clipboard"),
    "taskDue": Kind(_("A task is due"), _("A task of mine is due"), "clock"),
    "importFinished": Kind(_("An import is done"), _("An import of mine is done"), "check"),
}
_NOUNS = {"opportunity": "opportunities", "contact": "contacts", "case": "cases", "task": "tasks"}


class RowView(NamedTuple):
    """`address`: the page of the record, empty where it has none."""

    notification: Notification
    kind: Kind
    address: str
    created: datetime


class ChoiceView(NamedTuple):
    """`name`: the kind, as a form sends it."""

    name: str
    words: str
    choice: Choice


def rows(found: Sequence[Notification], has_pages_of: Callable[[str], bool]) -> list[RowView]:
    return [
        RowView(
            each,
            KINDS[each.kind],
            _address(each, has_pages_of),
            datetime.fromisoformat(each.created),
        )
        for each in found
    ]


def _address(notification: Notification, has_pages_of: Callable[[str], bool]) -> str:
    noun = _NOUNS.get(notification.entity_type, "")
    if not noun or not notification.entity_id or not has_pages_of(noun):
        return ""
    return f"/{noun}/{notification.entity_id}"


def choices(chosen: Mapping[NotificationKind, Choice]) -> list[ChoiceView]:
    words = dict(zip(NotificationKind, KINDS.values(), strict=True))
    return [ChoiceView(kind.value, words[kind].when, each) for kind, each in chosen.items()]

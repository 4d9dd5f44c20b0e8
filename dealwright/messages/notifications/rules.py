"""The kinds of notifications, and how users get them by default. Knows no table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class NotificationKind(StrEnum):
    """Why a user is notified."""

    RESPONSIBLE = "responsible"  # the user is now responsible for something
    ACCESS = "access"  # something private was shared with the user
    MENTIONED = "mentioned"  # an event of the history names the user
    TASK_DUE = "task_due"  # a task of the user is due
    IMPORT_FINISHED = "import_finished"  # something that the user started is done


class About(StrEnum):
    """What a notification can be about."""

    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    CASE = "case"
    TASK = "task"
    EVENT = "event"
    IMPORT = "import"  # no record: seen by its recipient


class Choice(NamedTuple):
    """How a user wants to be notified."""

    in_app: bool
    by_mail: bool


DEFAULTS: Mapping[NotificationKind, Choice] = {
    kind: Choice(in_app=True, by_mail=True) for kind in NotificationKind
}
# Users need no notification of their own changes, except that something is due or done.
TOLD_TO_THE_ACTOR_TOO = frozenset((NotificationKind.TASK_DUE, NotificationKind.IMPORT_FINISHED))


class Recipients(NamedTuple):
    """The ids of users who see it in the application, and of those who get an e-mail."""

    in_app: tuple[str, ...]
    by_mail: tuple[str, ...]


def recipients(
    kind: NotificationKind, people: Mapping[str, Mapping[NotificationKind, Choice]], *, actor: str
) -> Recipients:
    """The recipients among `people`, by their choices."""
    chosen = {
        person: choices.get(kind, DEFAULTS[kind])
        for person, choices in people.items()
        if person != actor or kind in TOLD_TO_THE_ACTOR_TOO
    }
    return Recipients(
        in_app=tuple(person for person, choice in chosen.items() if choice.in_app),
        by_mail=tuple(person for person, choice in chosen.items() if choice.by_mail),
    )

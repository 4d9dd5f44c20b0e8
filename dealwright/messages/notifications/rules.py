"""Of what people are told, and how, unless they chose otherwise. Knows no table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class NotificationKind(StrEnum):
    """Why somebody is told."""

    RESPONSIBLE = "responsible"  # he is the responsible of something now
    ACCESS = "access"  # something private was shared with him
    MENTIONED = "mentioned"  # an event of the history names him
    TASK_DUE = "task_due"  # his task wants to be done
    IMPORT_FINISHED = "import_finished"  # what he started is done


class About(StrEnum):
    """What a notification can be about."""

    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    CASE = "case"
    TASK = "task"
    EVENT = "event"
    IMPORT = "import"  # no record: seen by whom it was told


class Choice(NamedTuple):
    """How somebody wants to be told."""

    in_app: bool
    by_mail: bool


DEFAULTS: Mapping[NotificationKind, Choice] = {
    kind: Choice(in_app=True, by_mail=True) for kind in NotificationKind
}
# Of what he did himself nobody needs to be told, except that it is time.
TOLD_TO_THE_ACTOR_TOO = frozenset((NotificationKind.TASK_DUE, NotificationKind.IMPORT_FINISHED))


class Recipients(NamedTuple):
    """The ids of those who find it in the application, and of those who get a letter."""

    in_app: tuple[str, ...]
    by_mail: tuple[str, ...]


def recipients(
    kind: NotificationKind, people: Mapping[str, Mapping[NotificationKind, Choice]], *, actor: str
) -> Recipients:
    """Who is told how, by what each of `people` chose."""
    chosen = {
        person: choices.get(kind, DEFAULTS[kind])
        for person, choices in people.items()
        if person != actor or kind in TOLD_TO_THE_ACTOR_TOO
    }
    return Recipients(
        in_app=tuple(person for person, choice in chosen.items() if choice.in_app),
        by_mail=tuple(person for person, choice in chosen.items() if choice.by_mail),
    )

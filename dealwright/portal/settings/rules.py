"""What administrators set for the whole portal, and how one setting is declared.

A slice declares its own settings by `Setting` and reads and writes them through `actions`.
"""

from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
HIDDEN = "…"  # stands for a secret where people read


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """`name`: the key it is stored under. `kind`: a frozen dataclass with a default for every
    field. `secrets`: fields that must never be read in the trail."""

    name: str
    kind: type[Value]
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose portal it is, as letters and documents name it."""

    company_name: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the organisation receives its bills."""

    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Whether the first steps of setting up are done with."""

    is_configured: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """What a client does without asking; None: it asks."""

    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Logo:
    """The organisation's picture: its name in the file store, none without one. Each has another
    id."""

    id: int = 0
    stored_as: str = ""
    content_type: str = ""


ORGANISATION = Setting("organisation", Organisation)
ADDRESS = Setting("organisation_address", Address)
LOGO = Setting("organisation_logo", Logo, secrets=frozenset({"stored_as"}))
INTRODUCTION = Setting("introduction", Introduction)
STATUS_OF_GROUP = Setting("contact_status_of_group", Switch)
TAG_OF_GROUP = Setting("contact_tag_of_group", Switch)
MAIL_TO_HISTORY = Setting("mail_to_history", Switch)


def differences(setting: Setting[Any], before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """What differs, as the trail tells it: that a secret changed, never the secret."""
    found = []
    for field in fields(setting.kind):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            if field.name in setting.secrets:
                old, new = (HIDDEN if each else each for each in (old, new))
            found.append((f"{setting.name}.{field.name}", old, new))
    return found

"""What administrators set for the whole portal, and how a setting is declared.

A slice declares its own settings by `Setting`, and reads and writes them through `actions`.
"""

from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
HIDDEN = "…"  # stands for a secret in what people read


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """`name`: the key under which it is stored. `kind`: a frozen dataclass with a default for every
    field. `secrets`: fields that must never appear in the trail."""

    name: str
    kind: type[Value]
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Organisation:
    """The owner of the portal, as e-mails and documents name it."""

    company_name: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """The billing address of the organisation."""

    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Whether the first steps of setting up are done."""

    is_configured: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """What a client does without asking; None: it asks."""

    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class NewRecords:
    """Who sees what is added on pages, unless its author chooses otherwise."""

    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Logo:
    """The organisation's picture: its name in the file store, empty without one. Each has another
    id."""

    id: int = 0
    stored_as: str = ""
    content_type: str = ""


ORGANISATION = Setting("organisation", Organisation)
ADDRESS = Setting("organisation_address", Address)
LOGO = Setting("organisation_logo", Logo, secrets=frozenset({"stored_as"}))
NEW_RECORDS = Setting("new_records", NewRecords)
INTRODUCTION = Setting("introduction", Introduction)
STATUS_OF_GROUP = Setting("contact_status_of_group", Switch)
TAG_OF_GROUP = Setting("contact_tag_of_group", Switch)
MAIL_TO_HISTORY = Setting("mail_to_history", Switch)


def differences(setting: Setting[Any], before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """The differences as the trail shows them: for a secret only that it changed."""
    found = []
    for field in fields(setting.kind):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            if field.name in setting.secrets:
                old, new = (HIDDEN if each else each for each in (old, new))
            found.append((f"{setting.name}.{field.name}", old, new))
    return found

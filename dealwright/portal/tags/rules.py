"""What a tag is and when two tags are the same."""

from enum import IntEnum

from dealwright.errors import Invalid


class Tagged(IntEnum):
    """What a tag is for. Persons and companies share the contacts' tags."""

    CONTACT = 0
    OPPORTUNITY = 1
    CASE = 7


def demand_key(title: str) -> str:
    """The key of a tag by its name. Raises Invalid if it would be empty."""
    key = key_of(title)
    if not key:
        raise Invalid("tagName", "must not be empty")
    return key


def key_of(title: str) -> str:
    """Two tags with the same key are the same: trimmed, without line breaks, in lower case."""
    return clean(title).lower()


def clean(title: str) -> str:
    """The stored form of a new tag: the reference removes line breaks and trims."""
    return title.replace("\r", "").replace("\n", "").strip()

"""What is drawn for a person without a photo."""

from typing import NamedTuple

_HUES = 8


class Avatar(NamedTuple):
    """Initials on one of eight hues, always the same for the same person."""

    initials: str
    hue: int


def avatar(name: str, key: str) -> Avatar:
    """`name`: first and last name; `key`: what stays when the name changes, such as the id."""
    words = name.split()
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Avatar(letters or "?", sum(key.encode()) % _HUES + 1)

"""What a letter of the portal says of its cause, in short. Knows no table."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dealwright.errors import Invalid

SHORT = 80  # characters of a title in a subject


class Wish(NamedTuple):
    """How somebody wants to be told of one kind; None stays as it is."""

    in_app: bool | None
    by_mail: bool | None


def short(title: str) -> str:
    """The first line of a title, cut after a word where it is long."""
    first = next(iter(title.strip().splitlines()), "").strip()
    if len(first) <= SHORT:
        return first
    words, _, _ = first[:SHORT].rpartition(" ")
    return f"{words or first[:SHORT]}…"


def once(inputs: Iterable[tuple[str, Wish]]) -> Mapping[str, Wish]:
    """The wishes by kind. Raises Invalid for two of the same kind."""
    found: dict[str, Wish] = {}
    for kind, wish in inputs:
        if kind in found:
            raise Invalid("choices", f"must name each kind once, not {kind} twice")
        found[kind] = wish
    return found

"""The short form of titles in e-mails, and the choices of notifications. Knows no table."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dealwright.errors import Invalid

SHORT = 80  # characters of a title in a subject


class ChoiceInput(NamedTuple):
    """How a user wants to be notified of one kind; None keeps the choice."""

    in_app: bool | None
    by_mail: bool | None


def short(title: str) -> str:
    """The first line of a title; a long one is cut after a word."""
    first = next(iter(title.strip().splitlines()), "").strip()
    if len(first) <= SHORT:
        return first
    words, _, _ = first[:SHORT].rpartition(" ")
    return f"{words or first[:SHORT]}…"


def once(inputs: Iterable[tuple[str, ChoiceInput]]) -> Mapping[str, ChoiceInput]:
    """The choices by kind. Raises Invalid for two of the same kind."""
    found: dict[str, ChoiceInput] = {}
    for kind, given in inputs:
        if kind in found:
            raise Invalid("choices", f"must name each kind once, not {kind} twice")
        found[kind] = given
    return found

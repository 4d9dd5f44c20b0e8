"""How what several people typed into the same fields comes together: pure decisions on texts.

A field is a name, a value its text as forms send it.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Collision(NamedTuple):
    """Two people gave a field different values; `theirs` is stored."""

    field: str
    mine: str
    theirs: str


class Merged(NamedTuple):
    """`changed`: what is to be saved; `collisions`: what a person has to decide."""

    changed: Mapping[str, str]
    collisions: tuple[Collision, ...]


def merge(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
    """What a form changes of the stored values. `base` is what its reader saw, field by field.

    A field that only one of both changed takes that change. A field without a base was not shown
    before, so what was typed counts as a change of what is stored.
    """
    changed: dict[str, str] = {}
    collisions: list[Collision] = []
    for field, typed in mine.items():
        stored = theirs.get(field, "")
        seen = base.get(field, stored)
        if typed in (seen, stored):
            continue
        if stored == seen:
            changed[field] = typed
        else:
            collisions.append(Collision(field, typed, stored))
    return Merged(changed, tuple(collisions))

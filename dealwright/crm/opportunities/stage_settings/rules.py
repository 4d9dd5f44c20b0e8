"""What a form about stages asks for, compared with what they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("title", "color", "probability", "limit")


@dataclass(frozen=True, slots=True)
class StageForm:
    """The fields of one stage as a form holds them."""

    id: int
    title: str
    color: str
    probability: int
    limit: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What saving would do to one stage. `rotting`: how many more opportunities are marked (fewer
    if negative), None where the limit stays."""

    title: str
    old_limit: int
    new_limit: int
    rotting: int | None = None
    new_title: str = ""
    old_probability: int = 0
    new_probability: int = 0


def effects(
    before: Sequence[StageForm],
    after: Sequence[StageForm],
    untouched: Mapping[tuple[int, int], int],
) -> list[Effect]:
    """`untouched`: how many opportunities of a stage are over a limit, by (stage, limit)."""
    found = []
    for old, new in zip(before, after, strict=True):
        if old == new:
            continue
        over = [
            untouched.get((old.id, limit), 0) if limit else 0 for limit in (old.limit, new.limit)
        ]
        found.append(
            Effect(
                title=old.title,
                old_limit=old.limit,
                new_limit=new.limit,
                rotting=over[1] - over[0] if old.limit != new.limit else None,
                new_title=new.title if new.title != old.title else "",
                old_probability=old.probability,
                new_probability=new.probability,
            )
        )
    return found

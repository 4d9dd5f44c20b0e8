"""Whether records may be restored: all of them, or none."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dealwright.errors import Conflict, Forbidden, Invalid, NotFound

DAY = 86_400_000_000


class Item(NamedTuple):
    """One record, by its kind and its id."""

    entity_type: str
    id: int

    def __str__(self) -> str:
        return f"{self.entity_type} {self.id}"

    @property
    def name(self) -> str:
        """The name that its dependents refer to."""
        return f"{self.entity_type}:{self.id}"


class Record(NamedTuple):
    """What the trash shows of a record, and what a restore needs to know.

    `deleted_on` is None for a record that is not in the trash; `lacks_stage`: its stage was
    deleted.
    """

    id: int
    title: str
    deleted_by: str | None
    deleted_on: int | None
    can_restore: bool | int
    is_private: bool | int
    lacks_stage: bool | int


def demand_items(items: Sequence[Item], *, kinds: Sequence[str]) -> None:
    """Raises Invalid for an empty list and for a kind that has no trash."""
    if not items:
        raise Invalid("items", "must hold at least one {entityType, id}")
    for place, item in enumerate(items):
        if item.entity_type not in kinds:
            allowed = f"must be one of {', '.join(kinds)}"
            raise Invalid(f"items[{place}].entityType", f"{allowed}, not {item.entity_type!r}")


def demand_restorable(
    items: Sequence[Item], seen: Mapping[Item, Record], *, has_stage: bool
) -> None:
    """Raises NotFound, Forbidden, Conflict or Invalid, in this order, naming the first such item.

    `seen` holds the records that the actor may see.
    """
    for item in items:
        if item not in seen:
            raise NotFound(f"Not found: {item}")
    for item in items:
        if seen[item].deleted_on is not None and not seen[item].can_restore:
            allowed = (
                "the user who deleted it, its responsible user, its creator and administrators"
            )
            raise Forbidden(f"Access Denied: {item} can be restored by {allowed}")
    for item in items:
        if seen[item].deleted_on is None:
            raise Conflict(f"The {item} is not in the trash")
    for item in items:
        if seen[item].lacks_stage and not has_stage:
            raise Invalid("stageid", f"must be the id of a stage: that of {item} was deleted")


def demand_free(kind: str, held: Sequence[tuple[int, str, int | None]]) -> None:
    """Raises Conflict for the first of `held`: the id of a record, with the kind and id of its
    parent in the trash (None: the actor does not see it)."""
    for id, parent, parent_id in held:
        parent_text = f"the {parent} {parent_id}" if parent_id else f"the {parent}"
        raise Conflict(
            f"The {kind} {id} belongs to {parent_text}, which is in the trash: restore that"
        )


def demand_unmerged(merged: Sequence[tuple[int, int | None]]) -> None:
    """Raises Conflict for the first of `merged`: a contact and the contact it was merged into
    (None: the actor does not see that one)."""
    for id, other in merged:
        way_out = f"PUT contact/{other}/unmerge takes that back" if other else "take that back"
        parent_text = f"contact {other}" if other else "another contact"
        raise Conflict(f"The contact {id} was merged into {parent_text}: {way_out}")

"""What becomes of two contacts that are made one, and whether that can be taken back: pure
decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from dealwright.errors import Conflict, Invalid

# What the contact that stays takes over from the other where it has nothing itself. Names, access
# and the key of the caller's own are always those of the one that stays.
FILLED = (
    "company_id",
    "job_title",
    "about",
    "industry",
    "status_id",
    "type_id",
    "currency",
)


def demand_ids(source_id: int, target_id: int) -> None:
    """Raises Invalid for what can be no id."""
    for parameter, id in (("fromcontactid", source_id), ("tocontactid", target_id)):
        if id <= 0:
            raise Invalid(parameter, "must be the id of a contact")


def demand_alike(source: Any, target: Any) -> None:
    """Two contacts that can become one: two persons, or two companies. Raises Invalid.

    # differs: the reference merges a person into a company.
    """
    if source.is_company != target.is_company:
        kinds = ["a company" if each.is_company else "a person" for each in (source, target)]
        told = f"must be of the same kind: {source.id} is {kinds[0]}, {target.id} is {kinds[1]}"
        raise Invalid("fromcontactid", told)


def filled(source: Any, target: Any) -> dict[str, tuple[Any, Any]]:
    """What the one that stays takes over: by name what it has, and what it gets."""
    return {
        name: (getattr(target, name), getattr(source, name))
        for name in FILLED
        if not getattr(target, name) and getattr(source, name)
    }


def emptied(filled: Mapping[str, Sequence[Any]], target: Any) -> tuple[dict[str, Any], list[str]]:
    """What it had before, by name; and what has been changed since, so that it cannot be told."""
    changed = [name for name, (_, new) in filled.items() if getattr(target, name) != new]
    return {name: old for name, (old, _) in filled.items()}, changed


def demand_unchanged(contact_id: int, in_the_way: Sequence[str]) -> None:
    """Raises Conflict that names what was changed since two contacts became one."""
    if in_the_way:
        told = ", ".join(in_the_way[:10]) + (" …" if len(in_the_way) > 10 else "")
        raise Conflict(
            f"The merge into contact {contact_id} cannot be taken back:"
            f" changed or deleted since: {told}"
        )

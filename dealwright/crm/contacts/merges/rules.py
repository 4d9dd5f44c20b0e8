"""What becomes of two merged contacts, and whether a merge can be undone: pure decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from dealwright.errors import Conflict, Invalid

# What the remaining contact takes over where its own value is empty. Names, access and externalId
# always stay those of the remaining contact.
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
    """Raises Invalid for impossible ids."""
    for parameter, id in (("fromcontactid", source_id), ("tocontactid", target_id)):
        if id <= 0:
            raise Invalid(parameter, "must be the id of a contact")


def demand_alike(source: Any, target: Any) -> None:
    """Checks that two contacts can be merged: two persons, or two companies. Raises Invalid.

    # differs: the reference merges a person into a company.
    """
    if source.is_company != target.is_company:
        kinds = ["a company" if each.is_company else "a person" for each in (source, target)]
        text = f"must be of the same kind: {source.id} is {kinds[0]}, {target.id} is {kinds[1]}"
        raise Invalid("fromcontactid", text)


def fill(source: Any, target: Any) -> dict[str, tuple[Any, Any]]:
    """What the remaining contact takes over: by field, its own value and the new one."""
    return {
        name: (getattr(target, name), getattr(source, name))
        for name in FILLED
        if not getattr(target, name) and getattr(source, name)
    }


def empty(filled: Mapping[str, Sequence[Any]], target: Any) -> tuple[dict[str, Any], list[str]]:
    """The values before the merge, by field, and the fields that were changed since."""
    changed = [name for name, (_, new) in filled.items() if getattr(target, name) != new]
    return {name: old for name, (old, _) in filled.items()}, changed


def demand_unchanged(contact_id: int, in_the_way: Sequence[str]) -> None:
    """Raises Conflict that names what was changed since the merge."""
    if in_the_way:
        text = ", ".join(in_the_way[:10]) + (" …" if len(in_the_way) > 10 else "")
        raise Conflict(
            f"The merge into contact {contact_id} cannot be undone:"
            f" changed or deleted since: {text}"
        )

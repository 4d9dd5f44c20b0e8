"""Which parts of a change a user may read: nothing that refers to records that they may not see."""

from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

# The shown names of fields that are stored under other names.
SHOWN_AS = {
    "access": "access_list",
    "actual_close_on": "actual_close_date",
    "case_id": "case",
    "category_id": "category",
    "company_id": "company",
    "contact_id": "contact",
    "created_on": "created",
    "expected_close_on": "expected_close_date",
    "infos": "data",
    "loss_reason_id": "loss_reason",
    "managers": "access_list",
    "modified_on": "last_modified_date",
    "opportunity_id": "opportunity",
    "responsible_id": "responsible",
    "stage_id": "stage",
    "status_id": "contact_status",
    "type_id": "contact_type",
    "values": "custom_fields",
}


class Changed(NamedTuple):
    """One field before and after."""

    field: str
    old: Any
    new: Any


def pointed_to(changes: Iterable[Changed], fields: Container[str]) -> set[int]:
    """The ids in these fields, single or in lists."""
    held = (side for each in changes if each.field in fields for side in (each.old, each.new))
    return {id for side in held for id in (side if isinstance(side, list) else [side]) if id}


def readable(
    changes: Iterable[Changed], pointers: Mapping[str, str], seen: Mapping[str, Container[int]]
) -> list[Changed]:
    """The changes without ids that are not `seen`, by the kind of record that a field refers to.

    Changes that become empty are left out.
    """
    found = []
    for each in changes:
        if each.field in pointers:
            visible = seen[pointers[each.field]]
            each = Changed(each.field, _only(each.old, visible), _only(each.new, visible))
        if each.old != each.new:
            found.append(each)
    return found


def _only(side: Any, visible: Container[int]) -> Any:
    if isinstance(side, list):
        return [id for id in side if id in visible]
    return side if side in visible else None

"""Taking a change back: which fields of an opportunity become what they were, and what stands in
the way. Pure decisions on frozen values."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple, TypeVar

from dealwright.errors import Conflict

Record = TypeVar("Record", bound=Any)  # a frozen dataclass with a version, as an opportunity is

# What a change carries along: computed anew when it is taken back.
DERIVED = (
    "id", "external_id", "version", "created_by", "created_on", "closing_rate", "closing_currency",
)  # fmt: skip
# What follows from another field, so that nobody has to have left it alone.
_FOLLOWING = ("rank", "stage_since")


class Changed(NamedTuple):
    """One field as it was and as it became."""

    field: str
    old: Any
    new: Any


def reverted(current: Record, changed: Iterable[Changed]) -> Record:
    """The record with the old values. Raises Conflict, naming the fields that somebody has
    changed since."""
    names = {field.name for field in fields(current)}.difference(DERIVED)
    known = [each for each in changed if each.field in names]
    since = [each.field for each in known if not _is_still(current, each)]
    if since:
        raise Conflict(f"Changed since: {', '.join(since)}. Look at the record before you undo.")
    values = {each.field: _old(current, each) for each in known}
    return replace(current, **values, version=current.version + 1)


def _is_still(current: Any, each: Changed) -> bool:
    if each.field in _FOLLOWING:
        return True
    if each.field == "values":
        there, old, new = dict(current.values), _by_field(each.old), _by_field(each.new)
        return all(there.get(id) == new.get(id) for id in old.keys() | new.keys())
    return bool(_plain(getattr(current, each.field)) == _plain(each.new))


def _old(current: Any, each: Changed) -> Any:
    match each.field:
        case "values":
            old, new = _by_field(each.old), _by_field(each.new)
            kept = {id: text for id, text in current.values if id not in new}
            return tuple(sorted({**kept, **old}.items()))
        case "members":
            return frozenset(each.old or ())
        case "access":
            return tuple(each.old or ())
    return each.old


def _by_field(values: Sequence[tuple[int, str]] | None) -> dict[int, str]:
    return dict(values or ())


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset | tuple | list) else value

"""What changed between two states of a record."""

from collections.abc import Collection
from dataclasses import fields
from functools import cache
from typing import Any


def difference(
    before: Any, after: Any, *, without: Collection[str] = ()
) -> list[tuple[str, Any, Any]]:
    """The fields that differ, as (name, old, new), of two values of one dataclass. Sets come as
    sorted lists.

    A side that is None stands for a record that does not exist: all its values are None.
    """
    kind: Any = type(after if before is None else before)
    names = _names(kind)
    return [
        (name, old, new)
        for name in names
        if name not in without
        for old, new in [(_plain(before, name), _plain(after, name))]
        if old != new
    ]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _plain(record: Any, name: str) -> Any:
    value = None if record is None else getattr(record, name)
    return sorted(value) if isinstance(value, frozenset) else value

"""What changed between two states of a record."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any


def difference(
    before: Any, after: Any, *, without: Iterable[str] = ()
) -> list[tuple[str, Any, Any]]:
    """The fields that differ, as (name, old, new), of two values of one dataclass. Sets come as
    sorted lists.

    A side that is None stands for a record that does not exist: all its values are None.
    """
    skipped = frozenset(without)
    either = after if before is None else before
    return [
        (field.name, old, new)
        for field in fields(either)
        if field.name not in skipped
        for old, new in [(_plain(before, field.name), _plain(after, field.name))]
        if old != new
    ]


def _plain(record: Any, name: str) -> Any:
    value = None if record is None else getattr(record, name)
    return sorted(value) if isinstance(value, frozenset) else value

"""The difference between two states of a record."""

from collections.abc import Collection
from dataclasses import fields
from functools import cache
from typing import Any


def difference(
    before: Any, after: Any, *, without: Collection[str] = ()
) -> list[tuple[str, Any, Any]]:
    """The fields that differ between two values of one dataclass, as (name, old, new). Sets come as
    sorted lists.

    A side that is None stands for a record that does not exist: all its values are None.
    """
    kind: Any = type(after if before is None else before)
    names = _names(kind, tuple(without))
    old, new = _plain(before, names), _plain(after, names)
    return [each for each in zip(names, old, new, strict=True) if each[1] != each[2]]


@cache
def _names(kind: Any, without: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in without)


def _plain(record: Any, names: tuple[str, ...]) -> list[Any]:
    if record is None:
        return [None] * len(names)
    values = [getattr(record, name) for name in names]
    return [sorted(value) if value.__class__ is frozenset else value for value in values]

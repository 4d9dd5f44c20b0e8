"""Access to records that can be private: pure decisions, the same for every entity with an access
list.

Knows no entity; people are GUIDs.
"""

from collections.abc import Sequence
from dataclasses import Field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from dealwright.errors import Forbidden


class Shared(Protocol):
    """A frozen record with its privacy and its access list."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def is_private(self) -> bool: ...
    @property
    def access(self) -> tuple[str, ...]: ...
    @property
    def created_by(self) -> str: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=Shared)


def share(record: R, *, is_private: bool | None, access_list: Sequence[str], actor: str) -> R:
    """The record with its privacy and access list replaced.

    An absent privacy and an empty list keep what is stored. Making a record public empties its
    list. A user who makes it private stays on its list; if the list is empty, the creator does too.
    # differs: the reference makes a private record with an empty list public.
    """
    private = record.is_private if is_private is None else is_private
    if not private:
        if not (record.is_private or record.access):
            return record
        return replace(record, is_private=False, access=())
    if not record.is_private:
        listed = [*access_list, actor] if access_list else [actor, record.created_by]
    elif access_list and set(access_list) != set(record.access):
        listed = [*access_list, actor]
    else:
        listed = [*record.access]
    return replace(record, is_private=True, access=tuple(dict.fromkeys(listed)))


def next_version(after: R, before: R) -> R:
    return replace(after, version=before.version + 1)


def demand_share(before: Shared, *, actor: str, is_admin: bool) -> None:
    """Only administrators and the creator change the access. Raises Forbidden."""
    if not may_share(before, actor=actor, is_admin=is_admin):
        raise Forbidden


def may_share(before: Shared, *, actor: str, is_admin: bool) -> bool:
    return is_admin or before.created_by == actor

"""What a case may be, and how a change makes a new value of it: pure decisions on frozen values.

Moments are microseconds in UTC, people are GUIDs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from dealwright.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as it is or will be stored."""

    id: int = 0
    external_id: str | None = None
    title: str
    is_closed: bool = False
    is_private: bool = False
    created_by: str
    created_on: int
    members: frozenset[int] = frozenset()
    access: tuple[str, ...] = ()
    values: tuple[tuple[int, str], ...] = ()
    version: int = 1


class CaseInput(Protocol):
    """What a caller sends to create or replace a case. None and an empty list keep the stored
    value."""

    @property
    def external_id(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def members(self) -> Sequence[int]: ...
    @property
    def is_private(self) -> bool | None: ...
    @property
    def access_list(self) -> Sequence[str]: ...


def require(inputs: CaseInput) -> None:
    """Checks what every case needs. Raises Invalid."""
    if not inputs.title:
        raise Invalid("title", "must not be empty")


def create(inputs: CaseInput, *, actor: str, now: int) -> Case:
    """A new case, open and not shared yet. Call `require` first."""
    return Case(
        external_id=inputs.external_id or None,
        title=inputs.title,
        created_by=actor,
        created_on=now,
    )


def revise(before: Case, inputs: CaseInput) -> Case:
    """The case with every scalar replaced, as a PUT does. `records.sharing` sets who sees it.

    # differs: an absent `externalId` keeps the stored one.
    """
    external_id = before.external_id if inputs.external_id is None else inputs.external_id or None
    return replace(before, title=inputs.title, external_id=external_id, version=before.version + 1)


def finish(before: Case, *, is_closed: bool) -> Case:
    """The case closed or open again; the same value if it is in that state already."""
    if before.is_closed is is_closed:
        return before
    return replace(before, is_closed=is_closed, version=before.version + 1)


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    state: str = ""  # open | closed
    tags: str = ""  # one | several
    contact: bool = False
    needles: int = 0
    title_parts: int = 0

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    @property
    def as_common(self) -> "Criteria":
        """The same: its pages are read in one way."""
        return self

    @property
    def is_counted(self) -> bool:
        """Nothing keeps the number of what matches."""
        return False

    @property
    def leaves_few(self) -> bool:
        """Whether a filter other than the text narrows the rows through an index."""
        return self.contact or self.tags != ""

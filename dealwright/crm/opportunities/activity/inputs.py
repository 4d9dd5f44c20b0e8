"""Tasks and notes of an opportunity as pages send them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A `TaskInput`. `deadline` in microseconds UTC."""

    title: str
    deadline: int
    category_id: int
    entity_id: int
    responsible_id: str | None = None
    description: str = ""
    entity_type: str = "opportunity"
    alert_value: int = 0
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """An `EventInput`."""

    content: str
    category_id: int
    entity_id: int
    entity_type: str = "opportunity"
    contact_id: int = 0
    created: int | None = None
    file_id: Sequence[int] = ()

"""What an event in the history of a contact, an opportunity or a case may be: pure decisions on
frozen values. Moments are microseconds in UTC, users are GUIDs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from dealwright.errors import Invalid

LONGEST = 65_000  # characters of the content
ENTITIES = ("opportunity", "case")  # what an event can belong to besides a contact


class System(IntEnum):
    """The categories of events that the portal itself writes."""

    TASK_CLOSED = -1
    FILES_UPLOADED = -2
    MAIL_MESSAGE = -3


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as it is or will be stored. Its category is one of the list, or one of the
    system's; `files` are the ids of the attached files."""

    id: int = 0
    contact_id: int | None = None
    opportunity_id: int | None = None
    case_id: int | None = None
    category_id: int | None = None
    system_category: int | None = None
    content: str
    files: tuple[int, ...] = ()
    created_by: str
    created_on: int
    version: int = 1


class EventInput(Protocol):
    """What a caller sends to create an event; an absent date is now."""

    @property
    def contact_id(self) -> int: ...
    @property
    def entity_type(self) -> str: ...
    @property
    def entity_id(self) -> int: ...
    @property
    def category_id(self) -> int: ...
    @property
    def content(self) -> str: ...
    @property
    def created(self) -> int | None: ...
    @property
    def file_id(self) -> Sequence[int]: ...


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    entity: str = ""  # contact | company | opportunity | case
    category: str = ""  # one | system
    author: bool = False
    since: bool = False
    until: bool = False
    needles: int = 0

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
        return self.entity != ""


def require(inputs: EventInput) -> None:
    """Checks what every event needs. Raises Invalid."""
    entity = inputs.entity_type.lower()
    if entity and entity not in ENTITIES:
        raise Invalid("entityType", f"must be {' or '.join(ENTITIES)}")
    if inputs.entity_id > 0 and not entity:
        raise Invalid("entityType", f"must be {' or '.join(ENTITIES)} where there is an entityId")
    if not inputs.content:
        raise Invalid("content", "must not be empty")
    if len(inputs.content) > LONGEST:
        expected = f"must have at most {LONGEST} characters, not {len(inputs.content)}"
        raise Invalid("content", expected, "Data too long for column 'content'")
    if inputs.category_id == 0:
        raise Invalid("categoryId", "must be the id of a history category")
    if inputs.contact_id <= 0 and not entity:
        raise Invalid("contactId", "or entityType and entityId must say what the event is of")


def create(inputs: EventInput, *, actor: str, now: int) -> Event:
    """A new event. Call `require` first."""
    entity = inputs.entity_type.lower()
    is_system = inputs.category_id < 0
    return Event(
        contact_id=inputs.contact_id if inputs.contact_id > 0 else None,
        opportunity_id=inputs.entity_id if entity == "opportunity" else None,
        case_id=inputs.entity_id if entity == "case" else None,
        category_id=None if is_system else inputs.category_id,
        system_category=inputs.category_id if is_system else None,
        content=inputs.content,
        files=tuple(dict.fromkeys(inputs.file_id)),
        created_by=actor,
        created_on=now if inputs.created is None else inputs.created,
    )


def of_files(entity: str, entity_id: int, files: Sequence[int], *, actor: str, now: int) -> Event:
    """The system's own event for attached files."""
    owner = {f"{entity}_id": entity_id}
    return Event(
        **owner,
        system_category=System.FILES_UPLOADED,
        content="",
        files=tuple(dict.fromkeys(files)),
        created_by=actor,
        created_on=now,
    )

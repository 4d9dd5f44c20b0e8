"""What a task may be, and how a change makes a new value of it: pure decisions on frozen values.

Moments are microseconds in UTC, people are GUIDs. A task belongs to a contact, to an opportunity or
a case, to both, or to nothing.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from dealwright.errors import Invalid, demand_given

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
MINUTE = 60_000_000
DAY = 1440 * MINUTE
MOST_MINUTES = 366 * 1440  # before a deadline: a year
ENTITIES = ("opportunity", "case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task as it is or will be stored. `alert_on` is the time of the next reminder, None if
    there is none."""

    id: int = 0
    external_id: str | None = None
    title: str
    description: str
    deadline: int
    responsible_id: str
    category_id: int
    contact_id: int | None = None
    opportunity_id: int | None = None
    case_id: int | None = None
    is_closed: bool = False
    alert_value: int = 0  # minutes before the deadline; 0: no reminder
    alert_on: int | None = None
    created_by: str
    created_on: int
    version: int = 1

    @property
    def has_entity(self) -> bool:
        return self.opportunity_id is not None or self.case_id is not None


class TaskInput(Protocol):
    """What a caller sends to create or replace a task. An absent scalar holds the reference's zero
    value; None means that the stored value stays."""

    @property
    def external_id(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def deadline(self) -> int | None: ...
    @property
    def responsible_id(self) -> str | None: ...
    @property
    def category_id(self) -> int: ...
    @property
    def entity_type(self) -> str: ...
    @property
    def entity_id(self) -> int: ...
    @property
    def alert_value(self) -> int: ...


class Hidden(NamedTuple):
    """The records of a task that the actor may not see."""

    contact: bool = False
    entity: bool = False


def require(inputs: TaskInput) -> None:
    """Checks what every task needs, in the order in which the reference checks it. Raises
    Invalid."""
    if inputs.entity_type and inputs.entity_type.lower() not in ENTITIES:
        raise Invalid("entityType", f"must be opportunity or case, not {inputs.entity_type!r}")
    if inputs.entity_id > 0 and not inputs.entity_type:
        raise Invalid("entityType", "must be opportunity or case where there is an entityId")
    demand_given(
        (inputs.category_id > 0, "categoryid", "must be the id of a task category"),
        (bool(inputs.title), "title", "must not be empty"),
        (inputs.deadline is not None, "deadline", "must be a date"),
    )


def create(inputs: TaskInput, *, contact_id: int, actor: str, now: int) -> Task:
    """A new task. Call `require` first.

    # differs: without a responsible user it belongs to the caller; in the reference it belongs to
    no user.
    """
    assert inputs.deadline is not None
    responsible = inputs.responsible_id
    entity, entity_id = inputs.entity_type.lower(), inputs.entity_id
    is_linked = entity_id > 0
    task = Task(
        external_id=inputs.external_id or None,
        title=inputs.title,
        description=inputs.description,
        deadline=inputs.deadline,
        responsible_id=actor if responsible in (None, EMPTY_GUID) else str(responsible),
        category_id=inputs.category_id,
        contact_id=contact_id if contact_id > 0 else None,
        opportunity_id=entity_id if is_linked and entity == "opportunity" else None,
        case_id=entity_id if is_linked and entity == "case" else None,
        alert_value=inputs.alert_value,
        created_by=actor,
        created_on=now,
    )
    return replace(task, alert_on=_alert(task, now=now))


def revise(
    before: Task, inputs: TaskInput, *, contact_id: int, hidden: Hidden, actor: str, now: int
) -> Task:
    """The task with every scalar replaced, as a PUT does. It stays open or closed.

    # differs: an absent responsible user or externalId keeps the stored one, and a record of the
    task that the caller may not see stays unless they name another one.
    """
    after = create(inputs, contact_id=contact_id, actor=actor, now=now)
    if inputs.responsible_id in (None, EMPTY_GUID):
        after = replace(after, responsible_id=before.responsible_id)
    if hidden.contact and after.contact_id is None:
        after = replace(after, contact_id=before.contact_id)
    if hidden.entity and not after.has_entity:
        after = replace(after, opportunity_id=before.opportunity_id, case_id=before.case_id)
    after = replace(
        after,
        id=before.id,
        version=before.version + 1,
        external_id=before.external_id if inputs.external_id is None else after.external_id,
        is_closed=before.is_closed,
        created_by=before.created_by,
        created_on=before.created_on,
    )
    return replace(after, alert_on=_alert_again(before, after, now=now))


def redate(before: Task, deadline: int, *, now: int) -> Task:
    """The task with another deadline; its reminder moves along."""
    after = replace(before, deadline=deadline, version=before.version + 1)
    return replace(after, alert_on=_alert_again(before, after, now=now))


def assign(before: Task, responsible_id: str, *, now: int) -> Task:
    """The task for another user, who is reminded too."""
    after = replace(before, responsible_id=responsible_id, version=before.version + 1)
    return replace(after, alert_on=_alert_again(before, after, now=now))


def close(before: Task) -> Task:
    """The closed task; it has no reminder."""
    return replace(before, is_closed=True, alert_on=None, version=before.version + 1)


def reopen(before: Task, *, now: int) -> Task:
    """The open task. Reminder times in the past are not used again."""
    after = replace(before, is_closed=False, version=before.version + 1)
    alert = _alert(after, now=now)
    return replace(after, alert_on=alert if alert is not None and alert > now else None)


def _alert_again(before: Task, after: Task, *, now: int) -> int | None:
    """The reminder time, set again if another user must know, or if there is something new to
    know."""
    if any(
        getattr(before, name) != getattr(after, name)
        for name in ("deadline", "alert_value", "responsible_id")
    ):
        return _alert(after, now=now)
    return before.alert_on


def _alert(task: Task, *, now: int) -> int | None:
    """The reminder time; None for a deadline more than a day ago, as in the reference."""
    if task.is_closed or not task.alert_value or task.deadline <= now - DAY:
        return None
    return task.deadline - task.alert_value * MINUTE


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    responsible: bool = False
    category: bool = False
    closed: str = ""  # open | closed
    since: bool = False
    until: bool = False
    entity: str = ""  # contact | opportunity | case
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
        return self.responsible or self.entity != ""

"""Changes that every record with an access list shares: who may see it, who gets a notification,
and its timestamps. Knows no entity by name: a slice passes its repository."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dealwright.errors import Invalid
from dealwright.messages.notifications.actions import notify_of_many, notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.people.actions import demand_workers
from dealwright.records import sharing
from dealwright.records.record import RecordTables as RecordKind
from dealwright.records.sharing import R
from dealwright.storage.statements.change import Step, Update
from dealwright.work import Work

# The request parameter that sets each column.
DATES = {"created_on": "creationDate", "modified_on": "lastModifedDate"}


class Loaded(Protocol):
    """The start of a change: the record as it is repository."""

    @property
    def before(self) -> Any: ...


class Repository(Protocol):
    """What the `repository` module of a slice offers."""

    KIND: RecordKind

    async def load(self, work: Work, record_id: int, /) -> Loaded:
        """Loads a record to change it. Raises Invalid, NotFound, Stale."""

    async def save(
        self, work: Work, before: Any, after: Any, action: str, /, *, notices: Sequence[Step] = ()
    ) -> None:
        """Stores what differs between `before` and `after`, with the steps in `notices`."""


class SharingInput(Protocol):
    """Who should see a record."""

    @property
    def is_private(self) -> bool | None: ...
    @property
    def access_list(self) -> Sequence[str]: ...


async def shared(work: Work, draft: R, inputs: SharingInput, *, before: R | None = None) -> R:
    """Applies the requested privacy and access list if the actor may set them; otherwise ignores
    them. `before` is the stored record, None for a new one. Raises Invalid."""
    if before and not sharing.may_share(before, actor=work.actor.id, is_admin=work.actor.is_admin):
        return draft
    known = before.access if before else ()
    await demand_workers(work, "accessList", inputs.access_list, known=known)
    return sharing.share(
        draft, is_private=inputs.is_private, access_list=inputs.access_list, actor=work.actor.id
    )


async def share(
    work: Work,
    repository: Repository,
    record_id: int,
    *,
    is_private: bool | None,
    access_list: Sequence[str],
) -> None:
    """Sets who sees a record, and notifies the users who are new on its access list. Raises
    NotFound, Stale, Forbidden, Invalid."""
    before = (await repository.load(work, record_id)).before
    sharing.demand_share(before, actor=work.actor.id, is_admin=work.actor.is_admin)
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = sharing.share(
        before, is_private=is_private, access_list=access_list, actor=work.actor.id
    )
    notices = await notify_users(
        work, NotificationKind.ACCESS, newcomers(before, after), about=_about(repository.KIND)
    )
    await repository.save(
        work, before, sharing.next_version(after, before), "shared", notices=notices
    )


async def set_timestamp(
    work: Work, repository: Repository, record_id: int, column: str, moment: int | None
) -> None:
    """Sets the time of creation or of the last change (microseconds in UTC), for imports. Raises
    NotFound, Stale, Invalid.

    # differs: the reference turns a missing date into the year 1.
    """
    before = (await repository.load(work, record_id)).before
    if moment is None:
        raise Invalid(DATES[column], "must be a date")
    changed = {column: moment, "version": before.version + 1}
    head = Update(repository.KIND.table, before.id, changed, {"version": before.version})
    changes = [(column, getattr(before, column, None), moment)]
    await repository.KIND.save(work, head, (), action="redated", changes=changes)


async def access_notices(
    work: Work, kind: RecordKind, after: sharing.Shared, *, notify: bool
) -> tuple[Step, ...]:
    """Steps that notify everyone on the access list of a saved record. Empty unless the caller asks
    for it, the record is private, and the actor may set its access list."""
    may_share = sharing.may_share(after, actor=work.actor.id, is_admin=work.actor.is_admin)
    people = after.access if notify and after.is_private and may_share else ()
    return await notify_users(work, NotificationKind.ACCESS, people, about=_about(kind))


async def newcomer_notices(
    work: Work, kind: RecordKind, pairs: Sequence[tuple[Any, Any]]
) -> tuple[Step, ...]:
    """Steps that notify the users who are new on the access lists of many records. `pairs` holds
    each record before and after the change."""
    people: Mapping[int, Sequence[str]] = {after.id: newcomers(old, after) for old, after in pairs}
    return await notify_of_many(work, NotificationKind.ACCESS, people, about=_about(kind))


def newcomers(before: sharing.Shared, after: sharing.Shared) -> list[str]:
    """The people who are on the access list now and were not before."""
    return [each for each in after.access if each not in before.access]


def _about(kind: RecordKind) -> About:
    return About(kind.entity)

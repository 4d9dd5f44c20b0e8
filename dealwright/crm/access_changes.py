"""Changes that are alike for every record that can be private: who sees it, who is told so, when it
was made. Knows no entity by name: a slice gives its way in and out of its tables.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dealwright.errors import Invalid
from dealwright.messages.notifications.actions import notify_users, tell_of_many
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.people.actions import demand_workers
from dealwright.records import sharing
from dealwright.records.record import RecordTables as RecordKind
from dealwright.records.sharing import R
from dealwright.storage.statements.change import Step, Update
from dealwright.work import Work

# By which parameter each of them is set.
DATES = {"created_on": "creationDate", "modified_on": "lastModifedDate"}


class Loaded(Protocol):
    """What a change starts from."""

    @property
    def before(self) -> Any: ...


class Stored(Protocol):
    """What a slice's `stored` offers."""

    KIND: RecordKind

    async def load(self, work: Work, record_id: int, /) -> Loaded:
        """A record to be changed. Raises Invalid, NotFound, Stale."""

    async def save(
        self, work: Work, before: Any, after: Any, action: str, /, *, told: Sequence[Step] = ()
    ) -> None:
        """Stores what differs."""


class SharingInput(Protocol):
    """Who shall see a record."""

    @property
    def is_private(self) -> bool | None: ...
    @property
    def access_list(self) -> Sequence[str]: ...


async def shared(work: Work, draft: R, inputs: SharingInput, *, before: R | None = None) -> R:
    """The record with its privacy and access list as wished, for those who may decide; the others'
    wishes are ignored. `before`: what is stored, None for a new one. Raises Invalid."""
    if before and not sharing.may_share(before, actor=work.actor.id, is_admin=work.actor.is_admin):
        return draft
    known = before.access if before else ()
    await demand_workers(work, "accessList", inputs.access_list, known=known)
    return sharing.share(
        draft, is_private=inputs.is_private, access_list=inputs.access_list, actor=work.actor.id
    )


async def share(
    work: Work,
    stored: Stored,
    record_id: int,
    *,
    is_private: bool | None,
    access_list: Sequence[str],
) -> None:
    """Decides who sees a record, and tells those who are new on its list. Raises NotFound, Stale,
    Forbidden, Invalid."""
    before = (await stored.load(work, record_id)).before
    sharing.demand_share(before, actor=work.actor.id, is_admin=work.actor.is_admin)
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = sharing.share(
        before, is_private=is_private, access_list=access_list, actor=work.actor.id
    )
    told = await notify_users(
        work, NotificationKind.ACCESS, newcomers(before, after), about=_about(stored.KIND)
    )
    await stored.save(work, before, sharing.next_version(after, before), "shared", told=told)


async def set_timestamp(
    work: Work, stored: Stored, record_id: int, column: str, moment: int | None
) -> None:
    """Sets when a record was created or last changed, for imports. Raises NotFound, Stale, Invalid.

    # differs: in the reference a date that is missing becomes the year 1.
    """
    before = (await stored.load(work, record_id)).before
    if moment is None:
        raise Invalid(DATES[column], "must be a date")
    changed = {column: moment, "version": before.version + 1}
    head = Update(stored.KIND.table, before.id, changed, {"version": before.version})
    changes = [(column, getattr(before, column, None), moment)]
    await stored.KIND.save(work, head, (), action="redated", changes=changes)


async def access_notices(
    work: Work, kind: RecordKind, after: sharing.Shared, *, notify: bool
) -> tuple[Step, ...]:
    """Tells everybody on the access list of a record that is saved, if he who saves it wishes and
    may decide who is on it."""
    may_share = sharing.may_share(after, actor=work.actor.id, is_admin=work.actor.is_admin)
    people = after.access if notify and after.is_private and may_share else ()
    return await notify_users(work, NotificationKind.ACCESS, people, about=_about(kind))


async def told_newcomers(
    work: Work, kind: RecordKind, pairs: Sequence[tuple[Any, Any]]
) -> tuple[Step, ...]:
    """Tells those who are new on the lists of many records, given as they were and as they are."""
    people: Mapping[int, Sequence[str]] = {after.id: newcomers(old, after) for old, after in pairs}
    return await tell_of_many(work, NotificationKind.ACCESS, people, about=_about(kind))


def newcomers(before: sharing.Shared, after: sharing.Shared) -> list[str]:
    """Who is on the list now and was not before."""
    return [each for each in after.access if each not in before.access]


def _about(kind: RecordKind) -> About:
    return About(kind.entity)

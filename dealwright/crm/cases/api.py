"""The routes of cases: lists, one case, and its changes."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.cases import actions, filters, reads
from dealwright.crm.cases.filters import Filter
from dealwright.crm.cases.shapes import Case
from dealwright.crm.trash import reads as trash
from dealwright.portal.custom_fields.shapes import Filling
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Id, Length, Moment
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class CaseBody(Filling, kw_only=True, frozen=True):
    """The values of a case. `members` are ids of contacts; `accessList` has an effect only with
    `isPrivate`."""

    title: Annotated[str, Length(255)] = ""
    members: list[int] = msgspec.field(default_factory=list)
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)
    is_notify: bool = False
    external_id: Annotated[str, Length(255)] | None = None


class CasePath(msgspec.Struct, kw_only=True, frozen=True):
    case_id: Id


class Change(CaseBody, kw_only=True, frozen=True):
    case_id: Id


class Sharing(CasePath, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


class CreationDate(CasePath, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(CasePath, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


class ByPrefix(msgspec.Struct, kw_only=True, frozen=True):
    """With a `contactID` only the cases of that contact are searched."""

    prefix: Annotated[str, Length(1000)] = ""
    contact_id: int = 0


@route.get("case/filter", mode=Mode.HEAVY)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[Case]:
    """Lists the cases that match all given filters: open cases first, then by title.

    `filterValue` finds cases by the words of their title and custom values.
    """
    return await reads.page(work, filters.resolve(params, paging.filter_value), paging)


@route.get("case/byprefix", mode=Mode.HEAVY)
async def by_prefix(work: Work, params: ByPrefix) -> list[Case]:
    """Lists up to 30 cases whose title contains every word of a text."""
    return await reads.by_prefix(work, params.prefix, params.contact_id)


@route.get("case/{caseid:id}")
async def view(work: Work, params: CasePath) -> Answer[Case]:
    """Returns one case."""
    return await reads.view(work, params.case_id)


@route.post("case")
async def create(work: Work, params: CaseBody) -> Answer[Case]:
    """Creates a case. Contacts that you may not see do not become members."""
    created = await actions.create(work, params, values=params.values, notify=params.is_notify)
    return await reads.changed(work, created)


@route.put("case/{caseid:id}")
async def update(work: Work, params: Change) -> Answer[Case]:
    """Replaces the title of a case. Absent members, access, privacy, custom values and externalId
    stay."""
    await actions.update(
        work, params.case_id, params, values=params.values, notify=params.is_notify
    )
    return await reads.changed(work, params.case_id)


@route.put("case/{caseid:id}/close")
async def close(work: Work, params: CasePath) -> Answer[Case]:
    """Closes a case. A closed case stays as it is."""
    await actions.finish(work, params.case_id, is_closed=True)
    return await reads.changed(work, params.case_id)


@route.put("case/{caseid:id}/reopen")
async def reopen(work: Work, params: CasePath) -> Answer[Case]:
    """Reopens a case. An open case stays as it is."""
    await actions.finish(work, params.case_id, is_closed=False)
    return await reads.changed(work, params.case_id)


@route.put("case/{caseid:id}/access")
async def share(work: Work, params: Sharing) -> Answer[Case]:
    """Sets who sees a case. Only its creator and administrators may do this."""
    await actions.share(
        work, params.case_id, is_private=params.is_private, access_list=params.access_list
    )
    return await reads.changed(work, params.case_id)


@route.delete("case/{caseid:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: CasePath) -> Answer[Case]:
    """Moves a case to the trash and returns it as it was.

    Its tasks, events and their files go to the trash too: `alsoDeleted` counts them.
    """
    before = await reads.view(work, params.case_id)
    await actions.delete(work, params.case_id)
    [deleted] = await trash.with_dependents(work, "case", [before.value])
    return Answer(value=deleted)


@route.put("case/{caseid:id}/creationdate")
async def set_creation_date(work: Work, params: CreationDate) -> None:
    """Sets when a case was created, for imports."""
    await actions.set_timestamp(work, params.case_id, "created_on", params.creation_date)


@route.put("case/{caseid:id}/lastmodifeddate")
async def set_modification_date(work: Work, params: ModificationDate) -> None:
    """Sets when a case was last changed, for imports."""
    await actions.set_timestamp(work, params.case_id, "modified_on", params.last_modified_date)

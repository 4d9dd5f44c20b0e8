"""The routes of events: list, create, delete."""

import msgspec

from dealwright import access
from dealwright.crm.history import actions, filters, reads
from dealwright.crm.history.filters import Filter
from dealwright.crm.history.shapes import Event
from dealwright.crm.trash import reads as trash
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Id, Moment
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class EventBody(msgspec.Struct, kw_only=True, frozen=True):
    """The values of an event. It belongs to `contactId`, or to the `entityId` of an `entityType`
    opportunity or case, or to both. `created` is its date, by default now; `fileId` are files to
    attach, `notifyUserList` the users to notify."""

    entity_type: str = ""
    entity_id: int = 0
    contact_id: int = msgspec.field(name="contactId", default=0)
    content: str = ""
    category_id: int = msgspec.field(name="categoryId", default=0)
    created: Moment | None = None
    file_id: list[int] = msgspec.field(name="fileId", default=[])
    notify_user_list: list[Guid] = []


class EventPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@route.get("history/filter", is_heavy=filters.is_heavy)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[Event]:
    """Lists the events that match all given filters, the newest first.

    `filterValue` matches words of their content. Without an entity the events of every visible
    record are listed.
    """
    return await reads.page(work, await filters.resolve(work, params, paging.filter_value), paging)


@route.post("history")
async def create(work: Work, params: EventBody) -> Answer[Event]:
    """Creates an event in the history of a contact, an opportunity or a case.

    The users of `notifyUserList` who may see it get a notification; the caller never does.
    """
    return await reads.changed(
        work, await actions.create(work, params, notified=params.notify_user_list)
    )


@route.delete("history/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: EventPath) -> Answer[Event]:
    """Moves an event to the trash and returns it as it was.

    Its files go with it, unless another event shows them: `alsoDeleted` counts them.
    """
    before = await reads.view(work, params.id)
    await actions.delete(work, params.id)
    [deleted] = await trash.with_dependents(work, "event", [before.value])
    return Answer(value=deleted)

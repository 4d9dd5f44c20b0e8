"""The routes of the trash."""

import msgspec

from dealwright import access
from dealwright.crm.trash import actions, reads
from dealwright.crm.trash.rules import Item
from dealwright.crm.trash.shapes import Trashed
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class TrashParams(msgspec.Struct, kw_only=True, frozen=True):
    """`entityType` is contact, opportunity, case, task, event or file; without it all are
    listed."""

    entity_type: str = ""


class ItemBody(msgspec.Struct, kw_only=True, frozen=True):
    """One record: `entityType` is contact, opportunity, case, task, event or file."""

    entity_type: str = ""
    id: int = 0


class RestoreBody(msgspec.Struct, kw_only=True, frozen=True):
    """`stageid` is for opportunities whose own stage was deleted."""

    items: list[ItemBody] = []
    stage_id: int = 0


@route.get("trash", mode=Mode.HEAVY)
async def page(work: Work, params: TrashParams, paging: Paging) -> Listing[Trashed]:
    """Lists the deleted records that you could see, the latest first.

    The user who deleted a record, its responsible user, its creator and administrators can restore
    it. What was deleted along with a record is counted in its `alsoDeleted` and not listed.
    """
    return await reads.page(work, params.entity_type, paging)


@route.put("trash/restore", mode=Mode.TRANSACTION)
async def restore(work: Work, params: RestoreBody) -> list[Trashed]:
    """Restores records from the trash: all of them, or none.

    The error names the record: 404, 403, 409 when it is not in the trash, and 400 for an
    opportunity whose stage was deleted, until `stageid` names another one. What was deleted along
    with a record is restored with it and counted in `restoredTogether`.
    """
    items = [Item(each.entity_type.lower(), each.id) for each in params.items]
    return await actions.restore(work, items, stage_id=params.stage_id)

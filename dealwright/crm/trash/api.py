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


class Asked(msgspec.Struct, kw_only=True, frozen=True):
    """`entityType` is contact, opportunity, case, task, event or file; absent it means all."""

    entity_type: str = ""


class Named(msgspec.Struct, kw_only=True, frozen=True):
    """One record: `entityType` is contact, opportunity, case, task, event or file."""

    entity_type: str = ""
    id: int = 0


class Restoring(msgspec.Struct, kw_only=True, frozen=True):
    """`stageid` is for opportunities whose own stage was deleted."""

    items: list[Named] = []
    stage_id: int = 0


@route.get("trash", mode=Mode.HEAVY)
async def page(work: Work, params: Asked, paging: Paging) -> Listing[Trashed]:
    """Lists the deleted records that you could see, the latest first.

    They can be restored by whoever deleted them, the responsible, the creator and administrators.
    What went there with a record is counted beside it in `alsoDeleted` and not listed.
    """
    return await reads.page(work, params.entity_type, paging)


@route.put("trash/restore", mode=Mode.TRANSACTION)
async def restore(work: Work, params: Restoring) -> list[Trashed]:
    """Takes records out of the trash: all of them, or none.

    What cannot be restored is named: 404, 403, 409 when it is not in the trash, and 400 for an
    opportunity whose stage was deleted, until `stageid` gives another one. What went into the
    trash with a record comes back with it, counted in `restoredTogether`.
    """
    items = [Item(each.entity_type.lower(), each.id) for each in params.items]
    return await actions.restore(work, items, stage_id=params.stage_id)

"""Routes that take changes back."""

import msgspec
from msgspec.structs import replace

from dealwright import access
from dealwright.crm.opportunities.reads import changed
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.crm.opportunities.undo import actions
from dealwright.crm.opportunities.undo.shapes import UNDO, Outcome
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Undo(msgspec.Struct, kw_only=True, frozen=True):
    undo: str = ""


class Revert(msgspec.Struct, kw_only=True, frozen=True):
    """`entryId`: an entry of the opportunity's audit trail."""

    opportunity_id: Id
    entry_id: int = 0


@route.post("opportunity/undo", mode=Mode.TRANSACTION, status=200)
async def undo(work: Work, params: Undo) -> Outcome:
    """Takes back the change that gave this token, within a day.

    An opportunity whose fields somebody has changed since stays as it is and is named in `refused`.
    """
    return await actions.undo(work, params.undo)


@route.put("opportunity/{opportunityid:id}/revert", mode=Mode.TRANSACTION)
async def revert(work: Work, params: Revert) -> Answer[Opportunity]:
    """Restores the values from before one entry of the audit trail.

    409 names the fields that have changed since. The header `X-Undo` holds the token that takes
    this back."""
    token = await actions.revert(work, params.opportunity_id, params.entry_id)
    return replace(await changed(work, params.opportunity_id), headers={UNDO: token})

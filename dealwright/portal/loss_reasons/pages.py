"""The reasons why opportunities are lost, as a page of the settings."""

from collections.abc import Sequence

from dealwright import access
from dealwright.portal.loss_reasons import actions, reads
from dealwright.portal.loss_reasons.actions import LOSS_REASON_RULE, LossReasonRule
from dealwright.portal.settings.actions import put, setting_of
from dealwright.ui import forms
from dealwright.ui.edited_list import EditedList, Fields, Row, declare
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
REASONS = "settings/loss-reasons"


async def _rows(work: Work) -> Sequence[Row]:
    return [Row(each.id, {"title": each.title}) for each in await reads.every(work)]


async def _create(work: Work, fields: Fields) -> int:
    return await actions.create(work, fields["title"])


async def _update(work: Work, row: Row, fields: Fields) -> None:
    await actions.rename(work, row.id, fields["title"])


async def _values(work: Work) -> dict[str, object]:
    rule = await setting_of(work, LOSS_REASON_RULE)
    return {"rule": rule}


REASON_LIST = EditedList(
    REASONS,
    "portal/loss_reasons/settings.html",
    ("title",),
    _rows,
    _create,
    _update,
    actions.reorder,
    actions.delete,
    _values,
)
declare(page, REASON_LIST)


@page.post(f"{REASONS}/rule")
async def set_rule(page: PageRequest) -> Response:
    """Sets whether a lost opportunity needs a reason."""
    is_required = page.text("required") == "on"

    async def change(work: Work) -> str:
        before = await setting_of(work, LOSS_REASON_RULE)
        await put(work, LOSS_REASON_RULE, LossReasonRule(is_required))
        old = {"required": "on" if before.is_required else "off"}
        return forms.undo_by(f"/{REASONS}/rule", old)

    said = page.say("A reason is now required") if is_required else page.say("A reason is optional")
    return await forms.saved(
        page, change, said=said, back=f"/{REASONS}", show=REASON_LIST.show(page)
    )

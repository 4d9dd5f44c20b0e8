"""The pipelines as a page of the settings."""

from collections.abc import Sequence

from dealwright import access
from dealwright.portal.pipelines import actions, reads
from dealwright.ui.edited_list import EditedList, Fields, Row, declare
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)


async def _rows(work: Work) -> Sequence[Row]:
    return [
        Row(
            each.id,
            {"title": each.title},
            # The first one stays, also without stages.
            used=len(each.stages) or int(each.is_default),
            address=f"/settings/stages?pipeline={each.id}",
        )
        for each in await reads.every(work)
    ]


async def _create(work: Work, fields: Fields) -> int:
    return await actions.create(work, fields["title"])


async def _update(work: Work, row: Row, fields: Fields) -> None:
    await actions.rename(work, row.id, fields["title"])


declare(
    page,
    EditedList(
        "settings/pipelines",
        "portal/pipelines/settings.html",
        ("title",),
        _rows,
        _create,
        _update,
        actions.reorder,
        actions.delete,
    ),
)

"""Showing saved views."""

from dealwright.crm.opportunities.shapes import references
from dealwright.crm.opportunities.views import actions, shapes
from dealwright.crm.opportunities.views.rules import View
from dealwright.crm.opportunities.views.shapes import SavedView
from dealwright.wire.envelope import Answer
from dealwright.work import Work, version_of


async def every(work: Work) -> list[SavedView]:
    """The views that the actor sees: their own first."""
    known = await references(work)
    listed = await actions.visible(work)
    return [shapes.saved_view(each, known.staff, known.moments) for each in listed]


async def one(work: Work, view_id: int) -> Answer[SavedView]:
    """One view with its ETag. Raises NotFound."""
    return await shown(work, await actions.view(work, view_id))


async def shown(work: Work, found: View) -> Answer[SavedView]:
    """The same for a view that is known: who has just changed it sees it, whoever sees it now."""
    known = await references(work)
    value = shapes.saved_view(found, known.staff, known.moments)
    return Answer(value=value, etag=version_of(found.id, found.version))

"""Showing events: a page of a list, some by their ids, what a change made of one."""

from collections.abc import Sequence

from dealwright.crm.history import queries, shapes
from dealwright.crm.history.filters import FilterParams, order
from dealwright.crm.history.shapes import Event
from dealwright.errors import NotFound
from dealwright.portal.organisation.queries import current
from dealwright.records import listing
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work, version_of


async def page(work: Work, wanted: FilterParams, paging: Paging) -> Listing[Event]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    found = await listing.page(work, queries, wanted, paging, by=order(paging), secret=secret)
    return Listing(await show(work, found.ids), found.total, found.next_cursor)


async def show(work: Work, event_ids: Sequence[int]) -> list[Event]:
    """The events in the given order; what the actor does not see is left out."""
    shown, _ = await _shown(work, event_ids, is_trusted=False)
    return [shown[each] for each in event_ids if each in shown]


async def view(work: Work, event_id: int) -> Answer[Event]:
    """One event. Raises NotFound."""
    return await _view(work, event_id, is_trusted=False)


async def changed(work: Work, event_id: int) -> Answer[Event]:
    """What the actor has just written."""
    return await _view(work, event_id, is_trusted=True)


async def _view(work: Work, event_id: int, *, is_trusted: bool) -> Answer[Event]:
    shown, versions = await _shown(work, [event_id], is_trusted=is_trusted)
    if event_id not in shown:
        raise NotFound
    return Answer(value=shown[event_id], etag=version_of(event_id, versions[event_id]))


async def _shown(
    work: Work, event_ids: Sequence[int], *, is_trusted: bool
) -> tuple[dict[int, Event], dict[int, int]]:
    if not event_ids:
        return {}, {}
    statement = queries.rows(work.actor.is_admin, is_trusted)
    rows = await work.fetch(statement, actor=work.actor.id, ids=event_ids)
    files = await work.fetch(queries.FILES_OF, ids=[row[0] for row in rows])
    found = shapes.events(rows, files, await shapes.references(work))
    return found, {row[0]: row[shapes.VERSION] for row in rows}

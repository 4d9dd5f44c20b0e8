"""Reads events: a page of a list, some by their ids, and the result of a change."""

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


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Event]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def show(work: Work, event_ids: Sequence[int]) -> list[Event]:
    """The events in the given order, without those that the actor may not see."""
    events, _ = await _build(work, event_ids, is_trusted=False)
    return [events[each] for each in event_ids if each in events]


async def view(work: Work, event_id: int) -> Answer[Event]:
    """One event. Raises NotFound."""
    return await _view(work, event_id, is_trusted=False)


async def changed(work: Work, event_id: int) -> Answer[Event]:
    """The event that the actor has just written."""
    return await _view(work, event_id, is_trusted=True)


async def _view(work: Work, event_id: int, *, is_trusted: bool) -> Answer[Event]:
    events, versions = await _build(work, [event_id], is_trusted=is_trusted)
    if event_id not in events:
        raise NotFound
    return Answer(value=events[event_id], etag=version_of(event_id, versions[event_id]))


async def _build(
    work: Work, event_ids: Sequence[int], *, is_trusted: bool
) -> tuple[dict[int, Event], dict[int, int]]:
    if not event_ids:
        return {}, {}
    statement = queries.rows(work.actor.is_admin, is_trusted)
    rows = await work.fetch(statement, actor=work.actor.id, ids=event_ids)
    files = await work.fetch(queries.FILES_OF, ids=[row[0] for row in rows])
    events = shapes.events(rows, files, await shapes.references(work))
    return events, {row[0]: row[shapes.VERSION] for row in rows}

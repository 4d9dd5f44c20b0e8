"""Reads cases: one, a page of a list, and the result of a change."""

from collections.abc import Sequence

from dealwright.crm.cases import queries, shapes
from dealwright.crm.cases.filters import FilterParams, of_contact, order
from dealwright.crm.cases.shapes import Case
from dealwright.errors import NotFound
from dealwright.portal.organisation.queries import current
from dealwright.records import listing
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work, version_of

MOST_BY_PREFIX = 30


async def view(work: Work, case_id: int) -> Answer[Case]:
    """One case. Raises NotFound, also for an id below 1."""
    return await _view(work, case_id, is_trusted=False)


async def changed(work: Work, case_id: int) -> Answer[Case]:
    """The case after the actor's change, even if they may no longer see it."""
    return await _view(work, case_id, is_trusted=True)


async def _view(work: Work, case_id: int, *, is_trusted: bool) -> Answer[Case]:
    statement = queries.view(work.actor.is_admin, is_trusted)
    row = await work.row(statement, actor=work.actor.id, id=case_id)
    if row is None:
        raise NotFound
    record = shapes.from_view(row, await shapes.references(work))
    return Answer(value=record, etag=version_of(record.id, row[shapes.VERSION]))


async def page(work: Work, filter_params: FilterParams, paging: Paging) -> Listing[Case]:
    """One page with its total, by `startIndex` or by `cursor`."""
    secret = (await work.cached(current)).secret
    listed = await listing.page(
        work, queries, filter_params, paging, by=order(paging), secret=secret
    )
    return Listing(await show(work, listed.ids), listed.total, listed.next_cursor)


async def by_prefix(work: Work, prefix: str, contact_id: int) -> list[Case]:
    """# differs: at most 30 *visible* rows, in any case, each word anywhere in the title, also
    among the cases of one contact; an empty prefix matches every row."""
    filter_params = of_contact(contact_id, text=prefix)
    return list((await page(work, filter_params, Paging(count=MOST_BY_PREFIX))).rows)


async def show(work: Work, case_ids: Sequence[int]) -> list[Case]:
    """The cases as lists show them, in the given order, without those that the actor may not
    see."""
    if not case_ids:
        return []
    binds = {"actor": work.actor.id, "ids": case_ids}
    is_admin = work.actor.is_admin
    rows = {row[0]: row for row in await work.fetch_with(queries.rows(is_admin), binds)}
    members = await work.fetch_with(queries.members_of(is_admin), binds)
    values = await work.fetch_with(queries.VALUES_OF, binds)
    ordered = [rows[each] for each in case_ids if each in rows]
    return shapes.from_rows(ordered, members, values, await shapes.references(work))

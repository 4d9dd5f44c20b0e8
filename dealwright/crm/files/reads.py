"""Reads files: one, and those of a record."""

from collections.abc import Sequence

from dealwright.crm.files import queries
from dealwright.crm.history import queries as history
from dealwright.crm.history import shapes
from dealwright.crm.history.shapes import File
from dealwright.errors import Invalid, NotFound
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work, version_of


async def view(work: Work, file_id: int) -> Answer[File]:
    """One file. Raises NotFound."""
    if file_id <= 0:
        raise Invalid("fileid", "must be the id of a file")
    statement = history.view_file(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, id=file_id)
    if row is None:
        raise NotFound
    file = shapes.file(row, await shapes.references(work))
    return Answer(value=file, etag=version_of(file_id, file.version))


async def page(work: Work, entity: str, entity_id: int, paging: Paging) -> Listing[File]:
    """The files of all events of a record, whose visibility the caller has checked."""
    sort = paging.sort_by or "id"
    if sort not in queries.SORTS:
        raise Invalid("sortBy", f"must be one of {', '.join(sorted(queries.SORTS))}")
    is_admin, binds = work.actor.is_admin, {"actor": work.actor.id, "entity": entity_id}
    place = {"limit": paging.count, "offset": paging.start_index}
    statement = queries.page(is_admin, entity, sort, paging.descending)
    rows = await work.fetch_with(statement, binds | place)
    counted = rows[0][1] if rows else None
    if counted is None:
        [(counted,)] = await work.fetch_with(queries.count(is_admin, entity), binds)
    return Listing(await _show(work, [row[0] for row in rows]), int(counted))


async def _show(work: Work, file_ids: Sequence[int]) -> list[File]:
    if not file_ids:
        return []
    to = await shapes.references(work)
    rows = {row[0]: row for row in await work.fetch(queries.ROWS, ids=file_ids)}
    return [shapes.file(rows[each], to) for each in file_ids]

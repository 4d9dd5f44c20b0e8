"""Shows the audit trail of a record to users who see it."""

from collections.abc import Iterable

from dealwright.crm.audit_trail import queries, shapes
from dealwright.crm.audit_trail.rules import Changed, pointed_to, readable
from dealwright.crm.audit_trail.shapes import AuditEntry, Row
from dealwright.errors import Invalid, NotFound
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work


async def page(work: Work, kind: str, record_id: int, paging: Paging) -> Listing[AuditEntry]:
    """The changes of a record, newest first, without what the actor may not see.

    Raises Invalid, and NotFound for a record that the actor does not see.
    """
    _descending(paging)
    if record_id <= 0:
        raise Invalid(f"{kind}id", f"must be the id of a {kind}")
    if not await _seen(work, kind, [record_id]):
        raise NotFound
    rows, total = await _rows(work, {"entity_type": kind, "entity_id": record_id}, paging)
    changes = await _readable(work, kind, [row.decoded for row in rows])
    return Listing(await _entries(work, kind, rows, changes), total=total)


async def newest(
    work: Work, kind: str, record_id: int, *, count: int, until: int | None = None
) -> list[tuple[Row, list[Changed]]]:
    """The newest changes of a record that the caller has found visible, as they are stored; what
    the actor may not see is absent from them. `until`: the latest moment, in microseconds UTC."""
    values: dict[str, object] = {"entity_type": kind, "entity_id": record_id, "limit": count}
    if until is not None:
        values["until"] = until
    found = await work.fetch_with(queries.newest(until is not None), values)
    rows = [Row(*row) for row in found]
    return [*zip(rows, await _readable(work, kind, [row.decoded for row in rows]), strict=True)]


async def page_of_portal(
    work: Work, kind: str, paging: Paging, *, name: str = ""
) -> Listing[AuditEntry]:
    """The changes of something without a numeric id: a user, a group (`name`: its id), or all
    settings. Raises NotFound for a name that the trail does not contain."""
    params: dict[str, object] = {"entity_type": kind, "entity_id": 0}
    if name:
        params |= {"of_old": f'[["id","{name}",', "of_new": f'[["id",null,"{name}"]'}
    rows, total = await _rows(work, params, paging)
    if name and not total:
        raise NotFound
    changes = [[each for each in row.decoded if each.field != "id"] for row in rows]
    return Listing(await _entries(work, kind, rows, changes), total=total)


async def _rows(work: Work, params: dict[str, object], paging: Paging) -> tuple[list[Row], int]:
    """A page of the trail, and the total."""
    is_named = "of_old" in params
    place = {"limit": paging.count, "offset": paging.start_index}
    found = await work.fetch_with(queries.page(_descending(paging), is_named), params | place)
    total = (
        found[0][-1] if found else (await work.fetch_with(queries.count(is_named), params))[0][0]
    )
    return [Row(*row[:-1]) for row in found], total


async def _entries(
    work: Work, kind: str, rows: list[Row], changes: list[list[Changed]]
) -> list[AuditEntry]:
    to = await shapes.references(work)
    return [shapes.entry(row, each, kind, to) for row, each in zip(rows, changes, strict=True)]


def _descending(paging: Paging) -> bool:
    if paging.sort_by not in ("", "id", "on"):
        raise Invalid("sortBy", "must be one of id, on")
    return paging.descending or not paging.sort_order_given


async def _readable(work: Work, kind: str, changes: list[list[Changed]]) -> list[list[Changed]]:
    """Uses one statement for each kind of record that the page refers to."""
    pointers = queries.pointers(kind)
    everything = [each for entry in changes for each in entry]
    seen = {}
    for target in set(pointers.values()):
        fields = [field for field, its in pointers.items() if its == target]
        seen[target] = await _seen(work, target, pointed_to(everything, fields))
    return [readable(entry, pointers, seen) for entry in changes]


async def _seen(work: Work, kind: str, ids: Iterable[int]) -> set[int]:
    params = sorted(ids)
    if not params:
        return set()
    statement = queries.seen(work.actor.is_admin, kind)
    return {row[0] for row in await work.fetch(statement, actor=work.actor.id, ids=params)}

"""Reads contacts: one, the result of a change, some by their ids."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm.contacts import queries, reach, shapes
from dealwright.crm.contacts.infos import Info, InfoType
from dealwright.crm.contacts.shapes import Brief, Contact, ContactBase
from dealwright.errors import Invalid, NotFound
from dealwright.wire.envelope import Answer
from dealwright.work import Work, version_of


async def view(work: Work, contact_id: int, *, parameter: str = "contactid") -> Answer[Contact]:
    """One contact. Raises NotFound."""
    if contact_id <= 0:
        raise Invalid(parameter, "must be the id of a contact")
    return await _view(work, contact_id, is_trusted=False)


async def changed(work: Work, contact_id: int) -> Answer[Contact]:
    """The contact after the actor's change, even if they may no longer see it."""
    return await _view(work, contact_id, is_trusted=True)


async def _view(work: Work, contact_id: int, *, is_trusted: bool) -> Answer[Contact]:
    statement = queries.view(work.actor.is_admin, is_trusted)
    row = await work.row(statement, actor=work.actor.id, id=contact_id, now=work.now)
    if row is None:
        raise NotFound
    record = shapes.from_view(row, await shapes.references(work))
    return Answer(value=record, etag=version_of(record.id, row[shapes.VERSION]))


async def show(work: Work, contact_ids: Sequence[int]) -> list[Contact]:
    """The contacts as lists show them, in the given order, without those that the actor may not
    see."""
    rows = await _rows(work, contact_ids)
    if not rows:
        return []
    values = await work.fetch(queries.VALUES_OF, ids=contact_ids)
    tags = await work.fetch(queries.TAGS_OF, ids=contact_ids)
    infos = await _infos(work, contact_ids)
    return shapes.from_rows(rows, values, tags, infos, await shapes.references(work))


async def show_fully(work: Work, contact_ids: Sequence[int]) -> list[Contact]:
    """The contacts in their full form, in the given order, without those that the actor may not
    see."""
    rows = await _rows(work, contact_ids)
    if not rows:
        return []
    values = await work.fetch(queries.VALUES_OF, ids=contact_ids)
    infos = await _infos(work, contact_ids)
    to = await shapes.references(work)
    return shapes.from_rows(rows, values, None, infos, to)


async def show_simply(work: Work, contact_ids: Sequence[int]) -> list[Contact]:
    """The contacts without custom fields, status and tags, in the given order."""
    rows = await _rows(work, contact_ids)
    if not rows:
        return []
    to, infos = await shapes.references(work), await _infos(work, contact_ids)
    reached = {each: reach.split(found)[0] for each, found in infos.items()}
    return [shapes.contact(row, to, reached=reached.get(row[0], [])) for row in rows]


async def show_briefly(work: Work, contact_ids: Sequence[int]) -> list[ContactBase]:
    """The contacts as other records embed them, in the given order."""
    if not contact_ids:
        return []
    to = await shapes.references(work)
    statement = queries.briefs(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=contact_ids)
    by_id = {row[0]: Brief(*row) for row in rows}
    return [
        shapes.base(by_id[each], to.staff, to.currencies) for each in contact_ids if each in by_id
    ]


async def visible_among(work: Work, contact_ids: Sequence[int]) -> frozenset[int]:
    """Those of the contacts that the actor sees; ids below 1 are ignored."""
    positive = [contact_id for contact_id in contact_ids if contact_id > 0]
    if not positive:
        return frozenset()
    statement = queries.visible(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=positive)
    return frozenset(row[0] for row in rows)


async def primary(
    work: Work, contact_ids: Sequence[int], info_type: InfoType
) -> dict[int, reach.ContactInfo]:
    """The primary item of a kind for each contact that has one. The caller has checked access to
    the contacts."""
    if not contact_ids:
        return {}
    kind = int(info_type)
    rows = await work.fetch(queries.PRIMARY_OF, ids=contact_ids, info_type=kind)
    return {owner: reach.reach(found[0]) for owner, found in reach.by_owner(rows).items()}


async def _infos(work: Work, contact_ids: Sequence[int]) -> dict[int, list[Info]]:
    return reach.by_owner(await work.fetch(queries.INFOS_OF, ids=contact_ids))


async def _rows(work: Work, contact_ids: Sequence[int]) -> list[Any]:
    if not contact_ids:
        return []
    statement = queries.rows(work.actor.is_admin)
    rows = await work.fetch(statement, actor=work.actor.id, ids=contact_ids, now=work.now)
    by_id = {row[0]: row for row in rows}
    return [by_id[each] for each in contact_ids if each in by_id]

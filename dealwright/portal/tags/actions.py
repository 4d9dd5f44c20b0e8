"""Creates, adds, removes and deletes tags.

Tags are not part of a record as it is shown, so its version stays.
"""

from collections.abc import Sequence
from typing import Any

from dealwright.access import demand_admin
from dealwright.errors import ConcurrentUpdate, Forbidden, Invalid, NotFound
from dealwright.portal.tags import queries, shapes
from dealwright.portal.tags.rules import Tagged, clean, demand_key
from dealwright.records.audit.actions import entries, entry
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation, UniqueViolation
from dealwright.storage.statements.change import HEAD, Change, Insert, PutMany, Remove, Step, Update
from dealwright.work import Work

ENTITY = "tag"
AT_ONCE = 1000


async def create(work: Work, entity: Tagged, title: str) -> None:
    """Creates a tag that no record has yet. Raises Invalid if it is empty or exists."""
    demand_key(title)
    try:
        await work.save(Change(_new(entity, title), (_made(work, title),)))
    except UniqueViolation as taken:
        raise Invalid(
            "tagName", "must be a new name", "Tag with this name already exists"
        ) from taken


async def rename(work: Work, entity: Tagged, title: str, new: str) -> None:
    """Renames a tag on every record that has it. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    found = await work.row(queries.find(entity, True), key=demand_key(title))
    if found is None:
        raise NotFound
    tag_id, stored = found
    row = {"title": clean(new), "title_key": demand_key(new)}
    trail = entry(work, ENTITY, "updated", [("title", stored, clean(new))], entity_id=tag_id)
    try:
        await work.save(Change(Update(schema.tag, tag_id, row), (trail,)))
    except UniqueViolation as taken:
        raise Invalid(
            "tagName", "must be a new name", "Tag with this name already exists"
        ) from taken


async def carriers(work: Work, entity: Tagged, title: str, *, most: int) -> list[int]:
    """The ids of at most so many records that have a tag, in the trash too. Raises Forbidden."""
    demand_admin(work.actor)
    rows = await work.fetch(queries.all_carriers(entity), key=demand_key(title), most=most)
    return [row[0] for row in rows]


async def delete(work: Work, entity: Tagged, title: str) -> None:
    """Deletes a tag, from every record too. Raises Forbidden, Invalid, NotFound.

    # differs: in the reference every user may.
    """
    demand_admin(work.actor)
    found = await work.row(queries.find(entity, True), key=demand_key(title))
    if found is None:
        raise NotFound
    await _remove(work, [found])


async def sweep(work: Work, entity: Tagged) -> list[str]:
    """Deletes the tags that no record has, and returns their titles. Raises Forbidden."""
    demand_admin(work.actor)
    first = await work.fetch(queries.unused(entity))
    still = frozenset(row[0] for row in await work.fetch(queries.unused(entity)))
    gone = [row for row in first if row[0] in still]
    if gone:
        await _remove(work, gone)
    return [title for _, title in gone]


async def of(work: Work, entity: Tagged, record_id: int) -> list[str]:
    """The tags of a record by title. Raises Invalid, NotFound."""
    await _found(work, entity, record_id)
    return await shapes.of(work, entity, record_id)


async def attach_one(work: Work, entity: Tagged, record_id: int, title: str) -> None:
    """Adds a tag to a record. Raises Invalid, NotFound, Forbidden, Stale."""
    demand_key(title)
    await _demand_edit(work, entity, record_id)
    await attach(work, entity, [record_id], title=title)


async def attach_many(work: Work, entity: Tagged, record_ids: Sequence[int], title: str) -> None:
    """Adds a tag to those of the records that the actor may edit. Needs a transaction.

    Raises Invalid.
    # differs: the reference stops at the first that it does not find.
    """
    demand_key(title)
    statement = queries.seen(entity, work.actor.is_admin)
    for start in range(0, len(record_ids), AT_ONCE):
        some = [*record_ids[start : start + AT_ONCE]]
        rows = await work.fetch(statement, actor=work.actor.id, ids=some)
        editable = [record_id for record_id, _, can_edit in rows if can_edit]
        await attach(work, entity, editable, title=title)


async def detach_one(work: Work, entity: Tagged, record_id: int, title: str) -> None:
    """Removes a tag from a record. Raises Invalid, NotFound (also for a tag that does not exist),
    Forbidden, Stale."""
    demand_key(title)
    await _demand_edit(work, entity, record_id)
    await detach(work, entity, [record_id], title=title)


async def _demand_edit(work: Work, entity: Tagged, record_id: int) -> None:
    _, version, can_edit = await _found(work, entity, record_id)
    if not can_edit:
        raise Forbidden
    work.demand_version(record_id, version)


async def _found(work: Work, entity: Tagged, record_id: int) -> Any:
    if record_id <= 0:
        raise Invalid("entityid", f"must be the id of a {entity.name.lower()}")
    statement = queries.seen(entity, work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, ids=[record_id])
    if row is None:
        raise NotFound
    return row


async def attach(work: Work, entity: Tagged, record_ids: Sequence[int], *, title: str) -> None:
    """Adds a tag to records that the caller has checked; creates the tag if it is new. Records that
    have the tag keep it. Raises Invalid for an empty one.
    """
    key = demand_key(title)
    found = await work.row(queries.find(entity), key=key)
    bare = await _without(work, entity, record_ids, tag_id=found[0] if found else None)
    if not bare:
        return
    link = queries.LINKS[entity]
    audit_entries = entries(
        work, entity.name.lower(), "tagged", bare, changes=[("tags", None, clean(title))]
    )
    tagged = PutMany(
        link.table,
        {"tag_id": found[0] if found else HEAD},
        [{link.owner.name: each} for each in bare],
        "nothing",
    )
    steps: tuple[Step, ...] = (
        (tagged, audit_entries) if found else (tagged, audit_entries, _made(work, title))
    )
    try:
        await work.save(Change(None if found else _new(entity, title), steps))
    except (UniqueViolation, ForeignKeyViolation) as changed:
        # Created or deleted since it was read.
        raise ConcurrentUpdate from changed


async def detach(work: Work, entity: Tagged, record_ids: Sequence[int], *, title: str) -> None:
    """Removes a tag from records that the caller has checked.

    Raises Invalid, and NotFound if no such tag exists.
    """
    found = await work.row(queries.find(entity), key=demand_key(title))
    if found is None:
        raise NotFound
    tag_id, stored = found
    carriers = [
        row[0]
        for row in await work.fetch(queries.carriers(entity), tag_id=tag_id, ids=[*record_ids])
    ]
    if not carriers:
        return
    link = queries.LINKS[entity]
    audit_entries = entries(
        work, entity.name.lower(), "untagged", carriers, changes=[("tags", stored, None)]
    )
    await work.save(
        Change(
            None, (Remove(link.table, {"tag_id": tag_id, link.owner.name: carriers}), audit_entries)
        )
    )


async def _without(
    work: Work, entity: Tagged, record_ids: Sequence[int], *, tag_id: int | None
) -> list[int]:
    """Those of the records that do not have the tag, each once."""
    once = dict.fromkeys(record_ids)
    if tag_id is None or not once:
        return [*once]
    carriers = await work.fetch(queries.carriers(entity), tag_id=tag_id, ids=[*once])
    has = frozenset(row[0] for row in carriers)
    return [each for each in once if each not in has]


async def _remove(work: Work, gone: Sequence[tuple[int, str]]) -> None:
    audit_entries = [
        entry(work, ENTITY, "deleted", [("title", title, None)], entity_id=tag_id)
        for tag_id, title in gone
    ]
    await work.save(
        Change(None, (Remove(schema.tag, {"id": [tag_id for tag_id, _ in gone]}), *audit_entries))
    )


def _new(entity: Tagged, title: str) -> Insert:
    return Insert(
        schema.tag,
        {"entity_type": int(entity), "title": clean(title), "title_key": demand_key(title)},
    )


def _made(work: Work, title: str) -> Step:
    return entry(work, ENTITY, "created", [("title", None, clean(title))])

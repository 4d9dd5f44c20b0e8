"""Merges one contact into another, and undoes that. The merged contact lies in the trash meanwhile,
with the rows that both had."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from dealwright.crm.contacts import repository
from dealwright.crm.contacts.merges import queries, rules
from dealwright.crm.contacts.merges.queries import Move
from dealwright.crm.contacts.rules import Contact, next_version
from dealwright.crm.trash import actions as trash
from dealwright.crm.trash.reads import seen_of
from dealwright.crm.trash.rules import Item
from dealwright.errors import ConcurrentUpdate, Conflict, Forbidden
from dealwright.records.audit.actions import entries
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Put, Step
from dealwright.work import Work


class Moved(msgspec.Struct, kw_only=True, frozen=True):
    """What a merge did, so that it can be undone. `rows`: by the name of a `Move`, the rows of
    `Move.recorded`; `demoted`: contact data that was primary; `filled`: fields of the remaining
    contact, before and after; `modified`: who changed the merged contact last before, and when."""

    rows: dict[str, list[list[Any]]]
    demoted: list[int]
    filled: dict[str, tuple[Any, Any]]
    modified: tuple[str, int]


async def merge(work: Work, source_id: int, target_id: int) -> None:
    """Moves everything of one contact to the other and moves the first to the trash.

    Rows that the actor may not see move too. Raises Invalid, NotFound, Forbidden, Stale. Needs a
    transaction.
    """
    rules.demand_ids(source_id, target_id)
    await work.fetch(queries.LOCK, ids=[source_id, target_id])
    target = (await repository.load_to_edit(work, target_id, parameter="tocontactid")).before
    loaded = await repository.load(work, source_id, parameter="fromcontactid")
    if not loaded.can_edit:
        raise Forbidden
    source = loaded.before
    if source_id == target_id:
        return
    rules.demand_alike(source, target)
    both = {"source": source_id, "target": target_id}
    modified = await work.row(queries.MODIFIED, id=target_id)
    demoted = [row[0] for row in await work.fetch(queries.demote(), **both)]
    rows = {each.name: await _move(work, each, **both) for each in queries.moves()}
    filled = rules.fill(source, target)
    got = {name: new for name, (_, new) in filled.items()}
    after = next_version(replace(await _now(work, target_id), **got), target)
    await repository.save_after_merge(work, target, after, "merged")
    await repository.remove(work, await _store_merged(work, source, "merged"))
    moved = Moved(
        rows={name: found for name, found in rows.items() if found},
        demoted=demoted,
        filled=filled,
        modified=tuple(modified),
    )
    await _audit_links(work, moved, source_id, target_id, "merged")
    await work.save(Change(None, (_written(work, moved, source_id, target_id),)))


async def unmerge(work: Work, contact_id: int) -> None:
    """Undoes the newest merge into a contact. Raises NotFound, Forbidden, Stale, and Conflict that
    names what prevents it. Needs a transaction."""
    await work.fetch(queries.LOCK, ids=[contact_id])
    target = (await repository.load_to_edit(work, contact_id)).before
    newest = await work.row(queries.NEWEST, target=contact_id)
    if newest is None:
        raise Conflict(f"Contact {contact_id} has no merge that can be undone")
    id, source_id, text, *merged_by_on, is_in_trash = newest
    if not is_in_trash:
        raise Conflict(f"What was merged into contact {contact_id} is not in the trash any more")
    await trash.restore_one(work, Item("contact", source_id))
    source = await _now(work, source_id)
    moved = msgspec.json.decode(text, type=Moved)
    had, changed = rules.empty(moved.filled, target)
    in_the_way = [f"its {name.removesuffix('_id').replace('_', ' ')}" for name in changed]
    for each in queries.moves():
        if given := moved.rows.get(each.name):
            in_the_way += await _move_back(work, each, given, source_id, contact_id)
    rules.demand_unchanged(contact_id, in_the_way)
    await work.execute(queries.PROMOTE, source=source_id, ids=moved.demoted)
    after = next_version(replace(await _now(work, contact_id), **had), target)
    is_untouched = [*await work.row(queries.MODIFIED, id=contact_id)] == merged_by_on
    modified = moved.modified if is_untouched else None
    await repository.save_after_merge(work, target, after, "unmerged", modified=modified)
    await _store_merged(work, source, "unmerged")
    await _audit_links(work, moved, contact_id, source_id, "unmerged")
    await work.execute(queries.UNDO, id=id, now=work.now)


async def _store_merged(work: Work, before: Contact, action: str) -> Contact:
    """Stores the search words of the merged contact. No user changed it, so who modified it and
    when stay."""
    by, on = await work.row(queries.MODIFIED, id=before.id)
    after = next_version(await _now(work, before.id), before)
    await repository.save_after_merge(work, before, after, action, modified=(by, on))
    return after


async def _now(work: Work, contact_id: int) -> Contact:
    """A contact as it is now, visible or not: access moves too."""
    loaded = await repository.load_many(work, [contact_id], is_trusted=True)
    if not loaded:
        raise ConcurrentUpdate
    return loaded[0].before


async def _move(work: Work, moving: Move, *, source: int, target: int) -> list[list[Any]]:
    rows = await work.fetch(queries.move(moving), source=source, target=target)
    return [[*row] for row in rows]


async def _move_back(
    work: Work, moving: Move, given: Sequence[Sequence[Any]], source_id: int, target_id: int
) -> list[str]:
    """Moves rows back. Returns the names of the rows that cannot move. A row that no longer exists
    is no obstacle."""
    width = len(moving.rest)
    rows = [tuple(row) for row in given]
    params = {"given": rows, "source": source_id, "target": target_id}
    done = {tuple(row)[:width] for row in await work.fetch(queries.move_back(moving), **params)}
    if len(done) == len(rows) or (not width and done):
        return []
    left = {tuple(row)[:width] for row in await work.fetch(queries.movable(moving), given=rows)}
    return await _named(work, moving, sorted(left - done))


async def _named(work: Work, moving: Move, keys: Sequence[tuple[Any, ...]]) -> list[str]:
    """The names of what prevents an undo, as far as the actor may see it."""
    if not keys:
        return []
    what = moving.entity or (moving.owner or ("", ""))[0]
    if what:
        seen = await seen_of(work, what, [key[0] for key in keys])
        return [f"{what} {id}" if id in seen else f"a hidden {what}" for (id,) in keys]
    words = moving.table.name.removeprefix("contact_").replace("_", " ")
    return [" ".join((f"its {words}", *map(str, key))) for key in keys]


async def _audit_links(work: Work, moved: Moved, from_id: int, to_id: int, action: str) -> None:
    """Writes an audit row for every record in which one contact replaced the other."""
    steps: list[Step] = []
    for moving in queries.moves():
        rows = moved.rows.get(moving.name, ())
        if rows and moving.entity is not None:
            ids = [row[0] for row in rows]
            changes = [(str(moving.column.name), from_id, to_id)]
            steps.append(entries(work, moving.entity, action, ids, changes=changes))
        elif rows and moving.owner is not None:
            entity, column = moving.owner
            place = [each.name for each in moving.recorded].index(column)
            ids = sorted({row[place] for row in rows})
            members = [("members", [from_id], [to_id])]
            steps.append(entries(work, entity, action, ids, changes=members))
            await work.execute(queries.touch(entity), ids=ids)
    if steps:
        await work.save(Change(None, tuple(steps)))


def _written(work: Work, moved: Moved, source_id: int, target_id: int) -> Put:
    return Put(
        schema.contact_merge,
        {
            "contact_id": target_id,
            "source_id": source_id,
            "moved": msgspec.json.encode(moved).decode(),
            "created_by": work.actor.id,
            "created_on": work.now,
        },
    )

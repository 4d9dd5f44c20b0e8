"""Changes of the four lists. Each action refuses first, in a fixed order, and then saves.

Every change locks its list and runs in a transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from dealwright.access import demand_admin
from dealwright.errors import Invalid
from dealwright.portal.categories import queries, rules
from dealwright.portal.categories.rules import CategoryKind, Item
from dealwright.records.audit.actions import author, entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.statements.change import Alter, Change, Insert, Remove, Run, Step, Update
from dealwright.work import Work


async def create(work: Work, kind: CategoryKind, *, requested: Item) -> int:
    """Creates an item and returns its id, or the id of the item that has this title already.

    Raises Forbidden, Invalid.
    """
    demand_admin(work.actor)
    item = rules.valid(kind, requested)
    items = await _items(work, kind)
    for other in items:
        if other.title == item.title:
            # differs: the reference answers what was sent, not what is stored.
            return other.id
    last = max((each.sort_order for each in items), default=0)
    item = replace(item, sort_order=item.sort_order or last + 1)
    audit_entry = entry(
        work, _entity(kind), "created", difference(None, item, without=("id", "kind"))
    )
    row = await work.save(Change(Insert(schema.list_item, _row(kind, item)), (audit_entry,)))
    work.invalidate(queries.items)
    return int(row[0])


async def update(work: Work, kind: CategoryKind, *, item_id: int, requested: Item) -> None:
    """Replaces an item that is not in use; its place stays. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    item = rules.valid(kind, requested)
    before = rules.find(await _items(work, kind), item_id)
    await _demand_unused(work, before, "Can't be edited.")
    after = replace(item, id=before.id, kind=before.kind, sort_order=before.sort_order)
    await _save(work, before, after)


async def restyle(work: Work, kind: CategoryKind, *, item_id: int, requested: Item) -> None:
    """Replaces an item, also while it is in use; its place stays, and its title is no other item's.
    Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    item = rules.valid(kind, requested)
    items = await _items(work, kind)
    before = rules.find(items, item_id)
    if any(each.title == item.title and each.id != item_id for each in items):
        raise Invalid("title", "must be a name that no other item of the list has")
    await _save(work, before, replace(item, id=before.id, kind=kind, sort_order=before.sort_order))


async def redress(
    work: Work, kind: CategoryKind, *, item_id: int, color: str = "", image_name: str = ""
) -> None:
    """Changes the colour or image of an item, also while it is in use. Raises Forbidden, Invalid,
    NotFound."""
    demand_admin(work.actor)
    if kind.is_category:
        image_name = rules.image_file(image_name)
    else:
        rules.demand_color(color)
    before = rules.find(await _items(work, kind), item_id)
    await _save(work, before, replace(before, color=color, image_name=image_name))


async def reorder(work: Work, kind: CategoryKind, titles: Sequence[str]) -> list[int]:
    """Puts the named items first, in this order, and returns their ids. Raises Forbidden,
    NotFound."""
    demand_admin(work.actor)
    items = await _items(work, kind)
    after = rules.reordered(items, titles)
    order = [item.title for item in items], [item.title for item in after]
    if order[0] != order[1]:
        placed = [(item.id, item.sort_order) for item in after]
        audit_entry = entry(work, _entity(kind), "reordered", [("order", *order)], entity_id=0)
        await work.save(Change(None, (Run(queries.PLACE, {"placed": placed}), audit_entry)))
        work.invalidate(queries.items)
    named = frozenset(titles)
    return [item.id for item in after if item.title in named]


async def delete(work: Work, kind: CategoryKind, *, item_id: int, new_id: int = 0) -> None:
    """Deletes an item that is neither the last nor in use; tasks move to the category `new_id`.

    Raises Forbidden, Invalid, NotFound.
    """
    demand_admin(work.actor)
    items = await _items(work, kind)
    gone = rules.find(items, item_id)
    rules.demand_not_last(kind, items)
    steps: list[Step] = []
    if kind is CategoryKind.TASK_CATEGORY and await _is_used(work, gone, has_followers=True):
        rules.demand_replacement(items, gone, new_id)
        steps += _moved(work, gone, new_id)
    else:
        await _demand_unused(work, gone, "Can't be deleted.")
        if kind in queries.USERS:
            steps.append(Run(queries.let_go(kind), {"id": gone.id}))
    changes = difference(gone, None, without=("id", "kind"))
    steps += [
        Remove(schema.list_item, {"id": gone.id}),
        entry(work, _entity(kind), "deleted", changes, entity_id=gone.id),
    ]
    try:
        await work.save(Change(None, tuple(steps)))
    except ForeignKeyViolation as used:
        # A record has started to use it since it was read.
        raise Invalid(text=f"Can't be deleted. {rules.USED[kind]}") from used
    work.invalidate(queries.items)


def _moved(work: Work, gone: Item, new_id: int) -> Iterator[Step]:
    """Records that use an item, in the trash too, get another one."""
    kind = CategoryKind(gone.kind)
    column, follower = queries.USERS[kind], queries.FOLLOWERS[kind]
    changed = msgspec.json.encode([(str(column.name), gone.id, new_id)]).decode()
    values = {"id": gone.id, "by": author(work), "now": work.now, "changes": changed}
    recorded, moved = queries.move(kind)
    yield Run(recorded, values)
    yield Run(moved, {"id": gone.id, "new_id": new_id})
    yield Alter(follower.table, {follower.name: new_id}, {follower.name: gone.id})


async def _items(work: Work, kind: CategoryKind) -> list[Item]:
    """The list, locked until this transaction ends."""
    await work.fetch(queries.LOCK, kind=int(kind))
    held = await queries.items(work.session)
    return [item for item in held.values() if item.kind == kind]


async def _demand_unused(work: Work, item: Item, opening: str) -> None:
    if await _is_used(work, item):
        raise Invalid(text=f"{opening} {rules.USED[CategoryKind(item.kind)]}")


async def _is_used(work: Work, item: Item, *, has_followers: bool = False) -> bool:
    kind = CategoryKind(item.kind)
    if kind not in queries.USERS:
        return False
    row = await work.row(queries.is_used(kind, has_followers), id=item.id)
    return bool(row[0])


async def _save(work: Work, before: Item, after: Item) -> None:
    head = Update(schema.list_item, before.id, _row(CategoryKind(before.kind), after))
    audit_entry = entry(
        work, _entity(CategoryKind(before.kind)), "updated", difference(before, after)
    )
    await work.save(Change(head, (audit_entry,)))
    work.invalidate(queries.items)


def _row(kind: CategoryKind, item: Item) -> dict[str, object]:
    return {
        "kind": int(kind),
        "title": item.title,
        "description": item.description,
        "color": item.color,
        "image_name": item.image_name,
        "sort_order": item.sort_order,
    }


def _entity(kind: CategoryKind) -> str:
    return kind.name.lower()

"""How the items of the lists look on the wire: contact statuses and types, and categories."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from msgspec.structs import asdict

from dealwright.portal.categories import queries
from dealwright.portal.categories.rules import CategoryKind, Item, find
from dealwright.storage.cache import Held
from dealwright.wire.shape import Shape
from dealwright.work import Work

# quirk: the address of the images of categories in the reference.
IMAGES = "/products/crm/app_themes/default/images/"


class ListItem(Shape, kw_only=True):
    """A contact status or type as contacts embed it."""

    title: str
    description: str
    color: str
    sort_order: int = 0
    id: int


class CountedListItem(Shape, kw_only=True):
    """A contact status or type; `relativeItemsCount` is how many contacts that you see have it."""

    relative_items_count: int = 0
    title: str
    description: str
    color: str
    sort_order: int = 0
    id: int


class Category(Shape, kw_only=True):
    """A category as tasks and events embed it."""

    image_path: str
    title: str
    description: str
    color: str
    sort_order: int = 0
    id: int


class CountedCategory(Shape, kw_only=True):
    """A category of tasks or events; `relativeItemsCount` is how many that you see have it."""

    relative_items_count: int = 0
    image_path: str
    title: str
    description: str
    color: str
    sort_order: int = 0
    id: int


@lru_cache(maxsize=4)
def embedded(items: Held[int, Item]) -> dict[int, ListItem]:
    """Every item as contacts embed it. Built once for each loading of the table."""
    return {item.id: _listed(item) for item in items.values()}


@lru_cache(maxsize=4)
def embedded_categories(items: Held[int, Item]) -> dict[int, Category]:
    """Every item as tasks and events embed it. Built once for each loading of the table."""
    return {item.id: _category(item) for item in items.values()}


async def listed(work: Work, kind: CategoryKind) -> list[CountedListItem]:
    """The contact statuses or types in their order."""
    counts = await _counts(work, kind)
    return [_counted(item, counts) for item in await _items(work, kind)]


async def listed_one(work: Work, kind: CategoryKind, *, item_id: int) -> CountedListItem:
    """A contact status or type. Raises Invalid, NotFound.

    # differs: the reference finds an item of any list here.
    """
    item = find(await _items(work, kind), item_id)
    return _counted(item, await _counts(work, kind))


async def categories(work: Work, kind: CategoryKind) -> list[CountedCategory]:
    """The categories of tasks or events in their order."""
    counts = await _counts(work, kind)
    return [_counted_category(item, counts) for item in await _items(work, kind)]


async def category(work: Work, kind: CategoryKind, *, item_id: int) -> CountedCategory:
    """A category. Raises Invalid, NotFound."""
    item = find(await _items(work, kind), item_id)
    return _counted_category(item, await _counts(work, kind))


async def _items(work: Work, kind: CategoryKind) -> Sequence[Item]:
    return [item for item in (await work.cached(queries.items)).values() if item.kind == kind]


async def _counts(work: Work, kind: CategoryKind) -> dict[int, int]:
    if kind not in queries.USERS:
        return {}
    return dict(await work.fetch(queries.counts(kind, work.actor.is_admin), actor=work.actor.id))


def _listed(item: Item) -> ListItem:
    return ListItem(
        title=item.title,
        description=item.description,
        color=item.color,
        sort_order=item.sort_order,
        id=item.id,
    )


def _category(item: Item) -> Category:
    return Category(
        image_path=IMAGES + quote(item.image_name) if item.image_name else "",
        title=item.title,
        description=item.description,
        color=item.color,
        sort_order=item.sort_order,
        id=item.id,
    )


def _counted(item: Item, counts: Mapping[int, int]) -> CountedListItem:
    return CountedListItem(relative_items_count=counts.get(item.id, 0), **asdict(_listed(item)))


def _counted_category(item: Item, counts: Mapping[int, int]) -> CountedCategory:
    return CountedCategory(relative_items_count=counts.get(item.id, 0), **asdict(_category(item)))

"""The four lists that administrators manage: what their items may be, and when one can be
deleted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from dealwright.errors import Invalid, NotFound

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


class CategoryKind(IntEnum):
    CONTACT_STATUS = 1
    TASK_CATEGORY = 2
    HISTORY_CATEGORY = 3
    CONTACT_TYPE = 4

    @property
    def is_category(self) -> bool:
        """Shown with an image instead of a colour."""
        return self in (CategoryKind.TASK_CATEGORY, CategoryKind.HISTORY_CATEGORY)

    @property
    def words(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    id: int
    kind: int
    title: str
    description: str = ""
    color: str = ""
    image_name: str = ""
    sort_order: int = 0


USED = {
    CategoryKind.CONTACT_STATUS: "There are some related contacts.",
    CategoryKind.CONTACT_TYPE: "There are some related contacts.",
    CategoryKind.TASK_CATEGORY: "There are some tasks with this category.",
    CategoryKind.HISTORY_CATEGORY: "There are some history events with this category.",
}


def valid(kind: CategoryKind, requested: Item) -> Item:
    """The item as it is stored: without members that its list does not have. Raises Invalid."""
    if not requested.title:
        raise Invalid("title", "must not be empty")
    match kind:
        case CategoryKind.CONTACT_STATUS:
            demand_color(requested.color)
            return replace(requested, image_name="")
        case CategoryKind.CONTACT_TYPE:
            return replace(requested, description="", color="", image_name="")
    return replace(requested, color="", image_name=image_file(requested.image_name))


def demand_color(color: str) -> None:
    """Raises Invalid unless the colour is `#rgb` or `#rrggbb`."""
    if not _COLOR.fullmatch(color):
        raise Invalid("color", "must be a colour such as #f48454")


def image_file(name: str) -> str:
    """The file's own name. Raises Invalid if nothing is left.

    # differs: the reference keeps a path that comes with an update.
    """
    file = name.replace("\\", "/").rpartition("/")[2]
    if not file:
        raise Invalid("imageName", "must be the name of an image such as event_category_call.png")
    return file


def find(items: Sequence[Item], item_id: int) -> Item:
    """Raises Invalid, NotFound."""
    if item_id <= 0:
        raise Invalid("id", "must be the id of an item of the list")
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound


def reordered(items: Sequence[Item], titles: Sequence[str]) -> list[Item]:
    """The named items in this order, then the others as they were, with sort orders 1…n.

    Raises NotFound for a title that no item has.
    # differs: the reference counts from 0, lets items share a place, and changes half of them
    before it fails.
    """
    places = {title: place for place, title in reversed([*enumerate(titles)])}
    if unknown := places.keys() - {item.title for item in items}:
        raise NotFound(f"Not found: there is no item {min(unknown)!r}")
    ordered = sorted(items, key=lambda item: places.get(item.title, len(titles)))
    return [replace(item, sort_order=place) for place, item in enumerate(ordered, 1)]


def demand_not_last(kind: CategoryKind, items: Sequence[Item]) -> None:
    """A list never becomes empty. Raises Invalid."""
    if len(items) <= 1:
        raise Invalid(text=f"The last {kind.words} cannot be deleted")


def demand_replacement(items: Sequence[Item], gone: Item, new_id: int) -> None:
    """The category to which records move when theirs is deleted. Raises Invalid."""
    if new_id == gone.id or new_id not in {item.id for item in items}:
        raise Invalid("newcategoryid", "must be the id of another category, for what uses this one")

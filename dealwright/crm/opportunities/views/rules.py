"""Saved views: filters with names. Who may change one, what it may be called, and its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dealwright.errors import Forbidden, Invalid, NotFound

# Names of the icon sprite that a view may carry.
ICONS = (
    "star", "flag", "clock", "coins", "calendar", "users", "building", "globe", "heart", "late",
    "tag", "eye", "truck", "phone",
)  # fmt: skip
MOST_VIEWS = 50  # of one user
LONGEST_TITLE = 60  # characters
LONGEST_FILTER = 500  # characters of all names and values


@dataclass(frozen=True, slots=True)
class View:
    """A filter of opportunities with a name. `filter`: the parameters of the pages by name;
    `can_edit`: whether the actor may change it."""

    id: int
    person_id: str
    title: str
    icon: str
    sort_order: int
    is_shared: bool
    filter: Mapping[str, str]
    created_on: int
    version: int
    can_edit: bool


def demand_title(title: str) -> str:
    """The title without the space around it. Raises Invalid for an empty or a long one."""
    cleaned = " ".join(title.split())
    if not 0 < len(cleaned) <= LONGEST_TITLE:
        raise Invalid("title", f"must have 1 to {LONGEST_TITLE} characters")
    return cleaned


def demand_icon(icon: str) -> str:
    """Raises Invalid for what is no icon; empty is none."""
    if icon and icon not in ICONS:
        raise Invalid("icon", f"must be empty or one of: {', '.join(ICONS)}")
    return icon


def demand_filter(parameters: Mapping[str, str]) -> Mapping[str, str]:
    """Raises Invalid where nothing is filtered, and for what is too long to keep."""
    if not parameters:
        raise Invalid("filter", "must name at least one filter")
    if sum(len(name) + len(value) for name, value in parameters.items()) > LONGEST_FILTER:
        raise Invalid("filter", f"must have at most {LONGEST_FILTER} characters")
    return parameters


def demand_edit(view: View) -> None:
    """Raises Forbidden for a shared view of another user; administrators may change these."""
    if not view.can_edit:
        raise Forbidden


def reordered(views: Sequence[View], ids: Sequence[int]) -> list[View]:
    """Those that may be changed: the named ones in this order, then the others as they were, with
    sort orders 1…n. Raises NotFound for an id that no view has, Forbidden."""
    known = {each.id: each for each in views}
    for id in ids:
        if id not in known:
            raise NotFound(f"Not found: there is no view with the id {id}")
        demand_edit(known[id])
    named = [known[id] for id in dict.fromkeys(ids)]
    others = [each for each in views if each.can_edit and each not in named]
    return [replace(each, sort_order=place) for place, each in enumerate([*named, *others], 1)]


def moved(views: Sequence[View], id: int, step: int) -> list[int]:
    """The ids of those that may be changed, with one of them moved by so many places.

    Raises NotFound, Forbidden."""
    for each in views:
        if each.id == id:
            demand_edit(each)
    ids = [each.id for each in views if each.can_edit]
    if id not in ids:
        raise NotFound
    at = ids.index(id)
    ids.insert(min(max(at + step, 0), len(ids) - 1), ids.pop(at))
    return ids

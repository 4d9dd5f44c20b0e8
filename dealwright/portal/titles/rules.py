"""Short lists of titles that administrators keep in order, such as pipelines and loss reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dealwright.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Titled:
    """One title of a list and its place there."""

    id: int
    title: str
    sort_order: int


def demand_title(title: str) -> str:
    """The title without the space around it. Raises Invalid for an empty one."""
    cleaned = title.strip()
    if not cleaned:
        raise Invalid("title", "must not be empty")
    return cleaned


def reordered(titles: Sequence[Titled], ids: Sequence[int]) -> list[Titled]:
    """The named titles in this order, then the others as they were, with sort orders 1…n.

    Raises NotFound for an id that no title has.
    """
    places = {id: place for place, id in reversed([*enumerate(ids)])}
    if unknown := places.keys() - {each.id for each in titles}:
        raise NotFound(f"Not found: there is no id {min(unknown)} in this list")
    ordered = sorted(titles, key=lambda each: places.get(each.id, len(ids)))
    return [replace(each, sort_order=place) for place, each in enumerate(ordered, 1)]

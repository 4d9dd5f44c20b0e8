"""Totals that take long to count, each remembered until the next commit of anybody."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from dealwright.storage.engines.engine import Session

LARGE = 1000  # rows: a smaller total is counted beside its page in less time than it is looked up
MOST = 2000  # totals that are remembered


class Totals:
    """A total belongs to a key and to a moment of the database: at the same moment counting again
    would find the same. So it is exact, and no writer has to know of it."""

    def __init__(self) -> None:
        # By key, then by who counts moments: on SQLite each connection does for itself.
        self._found: OrderedDict[Hashable, dict[int, tuple[Hashable, int]]] = OrderedDict()

    def is_large(self, key: Hashable) -> bool:
        """Whether the last total for this key was large."""
        return key in self._found

    def note(self, key: Hashable, total: int) -> None:
        """Notes the size of a total that was counted at no known moment."""
        if total >= LARGE:
            self._keep(key)

    async def total(
        self, key: Hashable, session: Session, count: Callable[[], Awaitable[int]]
    ) -> int:
        """The remembered total, or what `count` finds. The moment is read first, so what is
        committed meanwhile makes the total count again."""
        moment = await session.moment()
        if moment is None:
            return await count()
        counter, number = moment
        kept = self._found.get(key, {}).get(counter)
        if kept is not None and kept[0] == number:
            return kept[1]
        total = await count()
        if total >= LARGE:
            self._keep(key)[counter] = (number, total)
        else:
            self._found.pop(key, None)
        return total

    def _keep(self, key: Hashable) -> dict[int, tuple[Hashable, int]]:
        kept = self._found.setdefault(key, {})
        while len(self._found) > MOST:
            self._found.popitem(last=False)
        return kept


def frozen(values: Mapping[str, Any]) -> Hashable:
    """The values of a list's filters as a part of a key."""
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(values.items())
    )

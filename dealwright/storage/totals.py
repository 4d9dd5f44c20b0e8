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
        self._found: OrderedDict[Hashable, tuple[Hashable, int]] = OrderedDict()

    def is_large(self, key: Hashable) -> bool:
        """Whether the last total for this key was large."""
        return key in self._found

    def note(self, key: Hashable, total: int) -> None:
        """Notes the size of a total that was counted at no known moment."""
        if total >= LARGE:
            self._keep(key, None, total)

    async def total(
        self, key: Hashable, session: Session, count: Callable[[], Awaitable[int]]
    ) -> int:
        """The remembered total, or what `count` finds. The moment is read first, so what is
        committed meanwhile makes the total count again."""
        moment = await session.moment()
        kept = self._found.get(key)
        if kept is not None and moment is not None and kept[0] == moment:
            return kept[1]
        total = await count()
        if total >= LARGE:
            self._keep(key, moment, total)
        else:
            self._found.pop(key, None)
        return total

    def _keep(self, key: Hashable, moment: Hashable, total: int) -> None:
        self._found[key] = (moment, total)
        self._found.move_to_end(key)
        while len(self._found) > MOST:
            self._found.pop(next(iter(self._found)), None)


def frozen(values: Mapping[str, Any]) -> Hashable:
    """The values of a list's filters as a part of a key."""
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(values.items())
    )

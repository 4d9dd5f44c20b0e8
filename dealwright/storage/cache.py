"""The cache of small tables, kept by a process between requests."""

from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from dealwright.storage.engines.engine import Session
from dealwright.storage.totals import Totals

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
Loader = Callable[[Session], Awaitable[T]]


class Held(dict[K, V]):
    """A small table in the cache. Equal only to itself, so that values derived from it can be
    cached by it."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__
    __ne__ = object.__ne__


class Cache:
    """Results of loaders, until they are invalidated.

    A load that began before an `invalidate` is not kept, so a stale result cannot stay. `held`
    contains the results by loader. `totals` remembers what takes long to count.
    """

    def __init__(self) -> None:
        self.held: dict[Loader[Any], Any] = {}
        self.totals = Totals()
        self._named: dict[str, Loader[Any]] = {}
        self._age = 0

    async def cached(self, loader: Loader[T], session: Session) -> T:
        try:
            return self.held[loader]  # type: ignore[no-any-return]
        except KeyError:
            age = self._age
            loaded = await loader(session)
            if age == self._age:
                self._named[name_of(loader)] = loader
                self.held[loader] = loaded
            return loaded

    @property
    def names(self) -> list[str]:
        """All that was ever held here."""
        return list(self._named)

    def invalidate(self, names: Iterable[str]) -> None:
        self._age += 1
        for name in names:
            if name in self._named:
                self.held.pop(self._named[name], None)

    def hear(self, name: str) -> None:
        """Another process announces what changed; the empty name means that some announcements may
        have been missed."""
        self.invalidate([name] if name else self.names)


@cache  # called four times for each record that is shown
def name_of(loader: Loader[Any]) -> str:
    """The name of a loader, the same in all processes."""
    return f"{loader.__module__}.{loader.__qualname__}"

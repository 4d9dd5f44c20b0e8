"""One request's work: its connection, actor and clock, and the cache of the process.

`Work` is passed to every action; nothing is global. It knows no CRM word.
"""

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from dealwright.access import Actor
from dealwright.errors import Stale
from dealwright.settings import Settings
from dealwright.storage.cache import Cache, Loader, name_of
from dealwright.storage.engines.engine import Session
from dealwright.storage.files.file_store import FileStore
from dealwright.storage.queue.outbox import kinds_of
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement
from dealwright.storage.trail import Entry, entries_of
from dealwright.wire.values import Moments

T = TypeVar("T")


class Work:
    """Everything an action needs besides its input.

    `now` is the request's one clock reading, microseconds since 1970 in UTC; `base_url` has no
    trailing slash."""

    __slots__ = (
        "actor",
        "base_url",
        "cache",
        "caused",
        "client",
        "files",
        "headers",
        "if_match",
        "invalidated",
        "moments",
        "now",
        "session",
        "settings",
        "trail",
    )

    def __init__(
        self,
        session: Session,
        actor: Actor,
        *,
        now: int,
        cache: Cache,
        settings: Settings,
        moments: Moments,
        base_url: str,
        files: FileStore,
        if_match: frozenset[str] = frozenset(),
        client: str = "",
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.cache = cache
        self.settings = settings
        self.moments = moments
        self.base_url = base_url
        self.files = files
        self.if_match = if_match
        self.client = client
        self.invalidated: set[str] = set()
        self.caused: set[str] = set()
        self.trail: list[Entry] = []
        self.headers: dict[str, str] = {}

    # These return the awaitable itself: a coroutine that only awaits another costs time.
    def fetch(self, statement: Statement, **values: object) -> Awaitable[list[Any]]:
        return self.session.fetch(statement, values)

    def row(self, statement: Statement, **values: object) -> Awaitable[Any]:
        return self.session.row(statement, values)

    def execute(self, statement: Statement, **values: object) -> Awaitable[int]:
        return self.session.execute(statement, values)

    def fetch_with(
        self, statement: Statement, values: Mapping[str, object]
    ) -> Awaitable[list[Any]]:
        return self.session.fetch(statement, values)

    async def save(self, change: Change) -> Any:
        """Saves everything that an action changes, at once; None if the guarded row has changed
        since it was read."""
        self.caused |= kinds_of(change)  # for the workers, after the commit
        saved = await self.session.save(change)
        if saved is not None:
            self.trail += entries_of(change, saved)  # for open pages, after the commit
        return saved

    async def cached(self, loader: Loader[T]) -> T:
        """A small table, from the cache if it is there.

        What this request has changed is loaded again and not cached: the change may still be
        undone.
        """
        if self.invalidated and name_of(loader) in self.invalidated:
            return await loader(self.session)
        if loader in self.cache.held:  # nearly always, and several times a request
            return self.cache.held[loader]  # type: ignore[no-any-return]
        return await self.cache.cached(loader, self.session)

    def invalidate(self, *loaders: Loader[Any]) -> None:
        """Marks the results of these loaders as changed: here at once, again after the commit, then
        in other processes."""
        self._invalidate([name_of(loader) for loader in loaders])

    def invalidate_everything(self) -> None:
        """The same for a change that goes past the actions of the slices."""
        self._invalidate(self.cache.names)

    def _invalidate(self, names: list[str]) -> None:
        self.cache.invalidate(names)
        self.invalidated.update(names)
        for name in names:
            self.session.announce(name)

    def demand_version(self, entity_id: int, version: int) -> None:
        """Refuses a request whose If-Match names another version. Raises Stale."""
        if self.if_match and not self.if_match & {"*", version_of(entity_id, version)}:
            raise Stale


def version_of(entity_id: int, version: int) -> str:
    """The text of an ETag between its quotes."""
    return f"{entity_id}-{version}"

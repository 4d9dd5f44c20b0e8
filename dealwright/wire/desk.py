"""Where the work of somebody is done: the database is opened when asked for, and nothing waits for
a network inside.

Knows neither routes nor what the work is.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol

from dealwright.errors import Unauthenticated
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.files.file_store import FileStore
from dealwright.wire import credentials
from dealwright.wire.exchange import Request


class Site(Protocol):
    """What the application provides to its front, and to what works beside it."""

    database: Database
    files: FileStore
    is_documented: bool
    body_limit: int
    upload_limit: int
    own_hosts: frozenset[str]
    zone: Any

    def identify(self, shown: credentials.Credential, request: Request, now: int) -> Awaitable[Any]:
        """The actor, or None."""

    def work(self, session: Session, actor: Any, request: Request, now: int) -> Any:
        """What a handler works with."""

    def settle(self, work: Any) -> None:
        """What must happen in this process once a change holds."""


async def identified(site: Site, request: Request, now: int) -> tuple[Any, credentials.Credential]:
    """Who sent a request, by the first credential of it that means somebody, and that credential.

    Raises Unauthenticated.
    """
    for each in credentials.shown(request):
        actor = await site.identify(each, request, now)
        if actor is not None:
            return actor, each
    raise Unauthenticated


async def signed_in(site: Site, request: Request, *, now: int) -> "Desk":
    """The desk of whoever sent a request that reads. Raises Unauthenticated."""
    actor, _ = await identified(site, request, now)
    return Desk(site, request, actor, now)


class Desk(NamedTuple):
    """Opens the database for an actor; `request` says from where, `now` is one clock reading."""

    site: Site
    request: Request
    actor: Any
    now: int

    def read(self, job: Callable[[Any], Awaitable[Any]], *, heavy: bool = False) -> Awaitable[Any]:
        """Runs a job that gets a `Work`; see `Database.read`."""
        return self.site.database.read(
            lambda session: job(self.site.work(session, self.actor, self.request, self.now)),
            heavy=heavy,
        )

    async def write(
        self, job: Callable[[Any], Awaitable[Any]], *, transaction: bool = False
    ) -> Any:
        """Runs a job that gets a `Work` and saves; see `Database.write`."""
        done: list[Any] = []

        async def run(session: Session) -> Any:
            work = self.site.work(session, self.actor, self.request, self.now)
            done[:] = [work]
            return await job(work)

        result = await self.site.database.write(run, transaction=transaction)
        self.site.settle(done[0])
        return result

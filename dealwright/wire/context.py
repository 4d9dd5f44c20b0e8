"""One request as its handlers see it: the actor, the client, the time, and the way to the database.

Knows neither routes nor what handlers do.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol

from dealwright.errors import Unauthenticated
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.files.file_store import FileStore
from dealwright.wire import credentials
from dealwright.wire.exchange import Request, Response


class Site(Protocol):
    """What the application provides to its dispatcher, to pages and to jobs."""

    database: Database
    files: FileStore
    is_documented: bool
    body_limit: int
    upload_limit: int
    own_hosts: frozenset[str]
    zone: Any

    def remembered(self, shown: credentials.Credential, now: int) -> Any:
        """The actor of a credential that was found a moment ago, without waiting; else None."""

    def identify(self, shown: credentials.Credential, request: Request, now: int) -> Awaitable[Any]:
        """The actor, or None."""

    def work(self, session: Session, actor: Any, request: Request, now: int) -> Any:
        """What a handler works with."""

    def adopt_zone(self, name: str | None) -> None:
        """From now on dates are read and printed in the zone of this name."""

    def after_commit(self, work: Any) -> None:
        """Runs in this process after the commit."""


async def identified(site: Site, request: Request, now: int) -> tuple[Any, credentials.Credential]:
    """The user of a request, by the first credential in it that is valid, and that credential.

    Raises Unauthenticated.
    """
    for each in credentials.shown(request):
        actor = site.remembered(each, now) or await site.identify(each, request, now)
        if actor is not None:
            return actor, each
    raise Unauthenticated


async def browsing(site: Site, request: Request, now: int) -> Any:
    """The user who is signed in by the cookie, the one credential that pages take; else None."""
    for shown in credentials.shown(request):
        if isinstance(shown, credentials.Token) and shown.by_cookie:
            return await site.identify(shown, request, now)
    return None


class Answering(Protocol):
    """What a batch needs: answers to the requests inside it."""

    async def answer(self, request: Request) -> Response: ...

    def refusal(self, request: Request, error: Exception) -> Response: ...


class RequestContext(NamedTuple):
    """What a handler of `Mode.DIRECT`, a page or a job gets. It opens the database when it needs
    it, and waits for networks only outside of `read` and `write`.

    `now` is one reading of the clock, in microseconds since 1970 in UTC. `dispatcher` exists only
    for requests to the API.
    """

    site: Site
    request: Request
    actor: Any
    now: int
    dispatcher: Answering | None = None

    @property
    def files(self) -> FileStore:
        return self.site.files

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
        self.site.after_commit(done[0])
        return result


async def signed_in(site: Site, request: Request, *, now: int) -> RequestContext:
    """The context of a reading request, with its signed-in user. Raises Unauthenticated."""
    actor, _ = await identified(site, request, now)
    return RequestContext(site, request, actor, now)

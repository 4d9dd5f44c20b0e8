"""`build(settings)` makes the ASGI application; the only file that knows every slice."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from dealwright import access
from dealwright.access import NOBODY, Actor
from dealwright.opportunities import api as opportunities
from dealwright.opportunity_batches import api as opportunity_batches
from dealwright.portal.queries import current
from dealwright.settings import Settings
from dealwright.storage.engine import Database, Session, open_database
from dealwright.storage.memory import Memory
from dealwright.wire import batch
from dealwright.wire.credentials import Credential
from dealwright.wire.exchange import Request
from dealwright.wire.front import Front, tags
from dealwright.wire.router import Router
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.sending import Sender
from dealwright.wire.values import moments
from dealwright.work import Work

T = TypeVar("T")
SLICES = (opportunities, opportunity_batches)

several = Routes("", gate=access.anyone)
several.post("batch", mode=Mode.DIRECT, idempotent=False)(batch.run)


def routes() -> Router:
    """Every route there is."""
    return Router([*(route for each in SLICES for route in each.route.list), *several.list])


def build(settings: Settings) -> "Application":
    return Application(settings)


class Application:
    """Answers ASGI scopes: opens the database at the start of its life, closes it at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.front: Front | None = None
        self._life: contextlib.AbstractAsyncContextManager[Front] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and self.front is not None:
            await self.front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        async with running(self.settings) as self.front:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Front]:
    """The front over an open, founded database."""
    memory = Memory()
    database = await open_database(
        settings.database,
        connections=settings.connections,
        on_announcement=lambda name: memory.hear(name),
    )
    try:
        portal = await database.read(lambda session: memory.recall(current, session))
        site = Site(settings, database, memory, is_documented=portal.is_documented)
        yield Front(routes(), site, pages={}, sender=Sender(settings.cors_origins))
    finally:
        await database.close()


class Site:
    """What stands behind the front: see `wire.front.Site`."""

    def __init__(
        self, settings: Settings, database: Database, memory: Memory, *, is_documented: bool
    ) -> None:
        self.settings = settings
        self.database = database
        self.memory = memory
        self.is_documented = is_documented
        self.body_limit = settings.body_limit
        self.upload_limit = settings.upload_limit
        self.zone = settings.timezone
        public = (settings.public_url or "").partition("://")[2]
        self.own_hosts = frozenset((public,)) if public else frozenset()
        self._moments = moments(settings.timezone)

    async def identify(self, shown: list[Credential], request: Request, now: int) -> Actor | None:
        raise NotImplementedError

    def work(self, session: Session, actor: Actor | None, request: Request, now: int) -> Work:
        return Work(
            session,
            actor or NOBODY,
            now=now,
            memory=self.memory,
            settings=self.settings,
            moments=self._moments,
            base_url=self._base_url(request),
            if_match=tags(request.header(b"if-match"))
            if b"if-match" in request.headers
            else frozenset(),
            client=request.client,
        )

    def settle(self, work: Work) -> None:
        if work.forgotten:
            self.memory.forget(work.forgotten)

    def _base_url(self, request: Request) -> str:
        """The public address: as set, else as the request names it if its host is one that we
        believe."""
        if self.settings.public_url:
            return self.settings.public_url
        host = request.header(b"host")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.strip("[]") in self.settings.allowed_hosts:
            return f"{request.scheme}://{host}"
        return f"http://{self.settings.host}:{self.settings.port}"

"""What the process of a portal shares among all requests: database, files, caches, settings,
worker."""

import re
from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import replace
from hashlib import blake2b
from zoneinfo import ZoneInfo

from dealwright.access import ANONYMOUS, SYSTEM, Actor
from dealwright.background.job import Handler, Job
from dealwright.crm.live.hub import Hub
from dealwright.people.sign_in.authenticator import Authenticator
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.organisation.queries import Portal, current
from dealwright.setting_values import local_address
from dealwright.settings import Settings
from dealwright.storage.cache import Cache
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.files.file_store import Directory, FileStore
from dealwright.storage.queue.worker import Due, Worker
from dealwright.wire.dispatcher import entity_tags
from dealwright.wire.exchange import Request
from dealwright.wire.values import moments
from dealwright.work import Work

_HOST = re.compile(
    r"(?:\[(?P<address>[0-9a-f:.]{2,45})\]|(?P<name>[^\[\]:]{1,255}))(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII,
)


class Site:
    """What the dispatcher works with: see `wire.context.Site`."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        cache: Cache,
        the_portal: Portal,
        hub: Hub | None = None,
    ) -> None:
        """`hub`: tells open pages of changes, if this process serves any."""
        self.database = database
        self.files: FileStore = Directory(settings.files, the_portal.secret)
        self.is_documented = the_portal.is_documented
        self.body_limit = settings.body_limit
        self.upload_limit = settings.upload_limit
        self.zone = settings.timezone
        self._secret = the_portal.secret.encode()
        self.authenticator = Authenticator(database, cache)
        self.identify = self.authenticator.identify
        self.remembered = self.authenticator.remembered
        self._settings = settings
        self.cache = cache
        self.hub = hub
        self._moments = moments(settings.timezone)
        self._portal_zone: str | None = None
        self.adopt_zone(the_portal.timezone)
        public = (settings.public_url or "").partition("://")[2]
        self.own_hosts = frozenset((public,)) if public else frozenset()
        self._done: Set[str] = frozenset()  # kinds of jobs that this process does

    def adopt_zone(self, name: str | None) -> None:
        """Lives by the zone that the portal was set up with, unless the server was started with
        another one."""
        self._portal_zone = name
        if name and "timezone" not in self._settings.given:
            self.zone = ZoneInfo(name)
            self._settings = replace(self._settings, timezone=self.zone)
            self._moments = moments(self.zone)

    def work(self, session: Session, actor: Actor | None, request: Request, now: int) -> Work:
        the_portal = self.cache.held.get(current)
        if the_portal is not None:
            self.is_documented = the_portal.is_documented
            if the_portal.timezone != self._portal_zone:
                self.adopt_zone(the_portal.timezone)
        return Work(
            session,
            actor or ANONYMOUS,
            now=now,
            cache=self.cache,
            settings=self._settings,
            moments=self._moments,
            base_url=self.base_url(request),
            files=self.files,
            if_match=_if_match(request),
            client=request.client,
        )

    def sign(self, text: str) -> str:
        """Signs a text so that only this portal can have made it."""
        return blake2b(text.encode(), key=self._secret[:64], digest_size=24).hexdigest()

    async def finish_fields(self, session: Session, *, now: int, limit: int) -> int:
        """Continues the deletion of custom fields that was interrupted."""
        work = self.work(session, SYSTEM, Request("POST", "/"), now)
        return await custom_fields.finish(work, limit=limit)

    def start_worker(self, kinds: Mapping[str, Handler], clock: Callable[[], int]) -> Worker:
        """Starts the worker for jobs of these kinds; `after_commit` wakes it."""

        def does(handler: Handler) -> Callable[[Due], Awaitable[None]]:
            return lambda due: handler(Job(due, self, clock, lambda: self._worker.is_stopping))

        done = {kind: does(handler) for kind, handler in kinds.items()}
        self._worker, self._done = Worker(self.database, done, clock=clock), done.keys()
        return self._worker

    def after_commit(self, work: Work) -> None:
        if work.invalidated:
            self.cache.invalidate(work.invalidated)
        if self.hub is not None:
            if work.trail:
                self.hub.publish(work.trail)
            if work.invalidated:
                self.hub.check()
        if work.caused and not work.caused.isdisjoint(self._done):
            self._worker.wake()

    def base_url(self, request: Request) -> str:
        """The public address: as set, else as the request names it if its host is allowed."""
        settings = self._settings
        if settings.public_url:
            return settings.public_url
        host = request.header(b"host")
        if is_believed(host, settings.allowed_hosts):
            return f"{request.scheme}://{host}"
        return local_address(settings.host, settings.port)


def is_believed(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names one of the allowed hosts, with a port that there can be."""
    found = _HOST.fullmatch(host)
    if found is None or (found["name"] or found["address"]) not in allowed:
        return False
    return found["port"] is None or 0 < int(found["port"]) < 65536


def _if_match(request: Request) -> frozenset[str]:
    sent = request.header(b"if-match")
    return entity_tags(sent) if sent else frozenset()

"""What all connections of a server have in common."""

import asyncio
from email.utils import formatdate
from typing import Protocol

import structlog

from dealwright.server.limits import Limits
from dealwright.server.proxies import TrustedProxies
from dealwright.wire.exchange import Application

READ_AT_ONCE = 32 * 1024  # bytes

log = structlog.get_logger("dealwright.server")


class Watched(Protocol):
    """A connection, as the server sees it."""

    def look(self, now: float) -> None: ...
    def stop(self) -> None: ...
    def abort(self) -> None: ...


class Shared:
    """`buffer` takes what is read: the parser copies what it keeps before anything else is read."""

    def __init__(
        self,
        application: Application,
        *,
        limits: Limits,
        proxies: TrustedProxies,
        access_log: bool,
    ) -> None:
        self.application = application
        self.limits = limits
        self.proxies = proxies
        self.access_log = access_log
        self.loop = asyncio.get_running_loop()
        self.buffer = memoryview(bytearray(READ_AT_ONCE))
        self.connections: set[Watched] = set()
        self.empty = asyncio.Event()  # set while there is no connection
        self.empty.set()
        self.date = formatdate(usegmt=True)
        self._warned: float | None = None

    def add(self, connection: Watched) -> None:
        self.connections.add(connection)
        self.empty.clear()

    def remove(self, connection: Watched) -> None:
        self.connections.discard(connection)
        if not self.connections:
            self.empty.set()

    @property
    def is_full(self) -> bool:
        """Whether the newest connection is one too many; the log says so once a minute."""
        if len(self.connections) <= self.limits.connections:
            return False
        now = self.loop.time()
        if self._warned is None or now - self._warned > 60:
            self._warned = now
            log.warning("too many connections", limit=self.limits.connections)
        return True

    @property
    def is_overfull(self) -> bool:
        limits = self.limits
        return len(self.connections) > limits.connections + limits.refused_connections

    async def watch(self) -> None:
        """Keeps the date, and looks at every connection each second."""
        while True:
            await asyncio.sleep(1)
            self.date = formatdate(usegmt=True)
            now = self.loop.time()
            for connection in [*self.connections]:
                connection.look(now)

"""A server process: its listening socket, its event loop, its end. Knows no route and no table."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import structlog

from dealwright.server import logs, workers
from dealwright.server.limits import Limits, connections_for, raise_descriptor_limit
from dealwright.server.protocol import Connection
from dealwright.server.proxies import TrustedProxies
from dealwright.server.shared import Shared
from dealwright.setting_values import in_address
from dealwright.settings import Settings, WrongSetting
from dealwright.wire.exchange import Application

# An application for as long as it is entered.
Opener = Callable[[Settings], AbstractAsyncContextManager[Application]]

log = structlog.get_logger("dealwright.server")
# How long another thread keeps the interpreter while the event loop waits for it.
SWITCH_SECONDS = 0.001
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(settings: Settings) -> socket.socket:
    """A bound, listening socket. Raises WrongSetting when the address cannot be had."""
    where = f"{in_address(settings.host)}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as refused:
        reason = (refused.strerror or str(refused)).lower()
        raise WrongSetting(f"--host, --port: cannot listen on {where}: {reason}") from None


def serve(settings: Settings, listener: socket.socket, opener: Opener) -> int:
    """Serve until a signal says to stop and what is running has finished; the exit code.

    `opener` is called in each server process, so it must be a function of a module.
    """
    logs.configure()
    settings = replace(settings, owner_password=None)  # only the first start needs it
    if settings.workers > 1:
        with _counted_together(settings):
            return workers.supervise(settings.workers, _work, (settings, listener, opener))
    return _work(settings, listener, opener)


@contextlib.contextmanager
def _counted_together(settings: Settings) -> Iterator[None]:
    """A directory in which the processes keep what they count, so that each can show the sums. The
    client of Prometheus finds it by this variable."""
    if not settings.metrics_token:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="dealwright-metrics-") as directory:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = directory
        yield


def _work(settings: Settings, listener: socket.socket, opener: Opener) -> int:
    """One server process; the exit code."""
    logs.configure()
    sys.setswitchinterval(SWITCH_SECONDS)
    descriptors = raise_descriptor_limit()
    limits = Limits(connections=connections_for(descriptors))
    server = Server(settings, listener, opener, limits)
    for each in _SIGNALS:
        signal.signal(each, lambda *_: server.stop())
    try:
        server.run()
    except Exception as error:
        log.error("the server has failed", exc_info=error)
        return 1 if server.has_started.is_set() else workers.DID_NOT_START
    return 0


class Server:
    """Serves an application on a listening socket. `has_started` is set once it does."""

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        opener: Opener,
        limits: Limits = Limits(),  # noqa: B008, frozen
    ) -> None:
        self.has_started = threading.Event()
        self._settings = settings
        self._listener = listener
        self._opener = opener
        self._limits = limits
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping, self._hurrying = asyncio.Event(), asyncio.Event()

    def run(self) -> None:
        """In the event loop of this thread, until `stop`. Raises what the opener raises."""
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        """From any thread and from signal handlers. The second time it stops without waiting."""
        if self._loop is None:
            self._stopping.set()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_stop)

    def _on_stop(self) -> None:
        (self._hurrying if self._stopping.is_set() else self._stopping).set()

    async def _serve(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        workers.on_end_of_parent(loop, self.stop)
        settings = self._settings
        async with self._opener(settings) as application:
            shared = Shared(
                application,
                limits=self._limits,
                proxies=TrustedProxies(settings.trusted_proxies),
                access_log=settings.access_log,
            )
            watching = loop.create_task(shared.watch())
            accepting = await loop.create_server(
                lambda: Connection(shared), sock=self._listener, backlog=2048
            )
            self.has_started.set()
            try:
                await self._stopping.wait()
                accepting.close()
                await self._finish(shared)
            finally:
                watching.cancel()

    async def _finish(self, shared: Shared) -> None:
        """Waits for what is running, as long as it may, then breaks it off."""
        for connection in [*shared.connections]:
            connection.stop()
        waits = [asyncio.ensure_future(each.wait()) for each in (shared.empty, self._hurrying)]
        await asyncio.wait(
            waits, timeout=self._limits.finish_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for each in waits:
            each.cancel()
        if shared.connections:
            log.warning("connections were broken off", number=len(shared.connections))
        for connection in [*shared.connections]:
            connection.abort()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    factory: Any = uvloop.new_event_loop
    return factory  # type: ignore[no-any-return]

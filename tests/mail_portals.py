"""Portals that use a mail server of the tests, and workers with a manual clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dealwright import app
from dealwright.storage.queue.worker import Worker
from tests.running import Portal
from tests.smtp_server import Mailbox

NOBODY_THERE = 1  # a port


def connect(portal: Portal, box: Mailbox) -> None:
    server = {
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "senderName": "Our CRM",
        "senderAddress": "crm@example.com",
    }
    answer = portal.call("PUT", "crm/settings/smtp", json=server, as_="root")
    assert answer.status == 200, answer.text


class Clocked:
    """A portal without a server, and a worker whose clock the test sets."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.now = 0

    def play(self, scene: Callable[[Worker], Awaitable[None]]) -> None:
        self.now = max(self.now, time.time_ns() // 1000 + 1_000_000)

        async def whole() -> None:
            settings = self.portal.settings
            async with app.running(settings, clock=lambda: self.now, does_jobs=False) as dispatcher:
                site: Any = dispatcher.site
                await scene(site.start_worker(app.handlers(), lambda: self.now))

        asyncio.run(whole())


@contextmanager
def stopped_portal(
    portal: Portal, box: Mailbox, prepare: Callable[[Portal], None] | None = None
) -> Iterator[Clocked]:
    """A portal that was prepared while it was served, and is no longer served."""
    ground = portal.ground
    own = Portal(
        ground, ground.databases.copy(ground.template), {"smtp_ports": f"{box.port},{NOBODY_THERE}"}
    )
    connect(own, box)
    if prepare:
        prepare(own)
    own._server.stop()
    yield Clocked(own)
    ground.databases.drop(own.database)

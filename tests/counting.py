"""Counts the statements of a request."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dealwright import app
from dealwright.wire.context import identified
from dealwright.wire.credentials import COOKIE
from dealwright.wire.dispatcher import Dispatcher
from dealwright.wire.exchange import Request
from tests.running import Portal

NOTHING: Mapping[str, object] = {}


class Asked(NamedTuple):
    """The number of statements of a request, and its answer."""

    statements: int
    response: Any


class Counting:
    """The application without a socket, on the database of a portal; it counts statements. Paths
    are below crm/ unless they begin with a slash. Each request runs inside an `around()`."""

    def __init__(
        self,
        portal: Portal,
        *,
        as_: str = "ann",
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._around = around
        self.portal = portal
        self._token = portal.ground.tokens[as_]
        self._runner = asyncio.Runner()
        self._running = app.running(portal.settings, does_jobs=False)
        self._front: Dispatcher = self._runner.run(self._running.__aenter__())

    def close(self) -> None:
        self._runner.run(self._running.__aexit__(None, None, None))
        self._runner.close()

    def ask_anew(self, method: str, path: str, sent: Mapping[str, object] = NOTHING) -> Asked:
        """The same in a process with an empty cache: the time at which it hears of its own change
        varies."""
        self._front.site.cache.hear("")
        return self.ask(method, path, sent)

    def ask(self, method: str, path: str, sent: Mapping[str, object] = NOTHING) -> Asked:
        address, _, query = path.partition("?")
        request = Request(
            method,
            f"/api/2.0{address}" if address.startswith("/") else f"/api/2.0/crm/{address}",
            query=query.encode(),
            headers={
                b"authorization": self._token.encode(),
                b"content-type": b"application/x-www-form-urlencoded",
            },
            body=urlencode(sent, doseq=True).encode(),
        )
        # A token is looked up anew every few seconds: not while statements are counted.
        self._runner.run(identified(self._front.site, request, time.time_ns() // 1000))
        before = self._front.site.database.statements
        with self._around():
            response = self._runner.run(self._front.answer(request))
        assert response.status in (200, 201), response.body
        return Asked(
            self._front.site.database.statements - before, json.loads(response.body)["response"]
        )

    def cost_of_page(self, path: str) -> int:
        """The statements of a page, asked for again by a browser."""
        return min(self._page(path) for _ in range(3))

    def _page(self, path: str) -> int:
        address, _, query = path.partition("?")
        headers = {b"cookie": f"{COOKIE}={self._token}".encode(), b"accept": b"text/html"}
        request = Request("GET", address, query=query.encode(), headers=headers, body=b"")
        before = self._front.site.database.statements
        response = self._runner.run(self._front.answer(request))
        assert response.status == 200, response.body
        return int(self._front.site.database.statements - before)

    def cost(self, method: str, path: str, sent: Mapping[str, object] = NOTHING) -> int:
        """The statements of a repeated request, without the occasional look-up of the user."""
        return min(self.ask(method, path, sent).statements for _ in range(3))

"""One request on a connection and its answer, as uvicorn has it, but sent in one piece.

What uvicorn checks of an answer is checked here too, of the whole head at once; what is not sent
whole is left to uvicorn. Knows no request's meaning.
"""

import asyncio
from collections.abc import Iterable
from functools import lru_cache
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

from dealwright.wire.exchange import WHOLE

LONGEST_HELD = 16 * 1024  # bytes of one piece
MOST_HELD = 16  # pieces for one connection
HELD_FOR = 0.001  # seconds, while others of the same round are still made
# What a header may consist of; all else in a head are its line ends.
_VISIBLE = bytes(each for each in range(256) if each == 9 or (each >= 32 and each != 127))
_BY_UVICORN = frozenset((b"connection", b"transfer-encoding"))


class Exchange(RequestResponseCycle):
    """Makes one piece of a whole answer, so that it goes by one system call."""

    async def send(self, message: Any) -> None:
        if message["type"] != WHOLE:
            await super().send(message)
            return
        head = self._made(message)
        if head is None:
            start: Any = {**message, "type": "http.response.start"}
            await super().send(start)
            await super().send({"type": "http.response.body", "body": message["body"]})
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        body = message["body"]
        if self.scope["method"] == "HEAD":
            body = b""
        elif len(body) != self.expected_content_length:
            raise RuntimeError("Response content is not as long as Content-Length says")
        self.transport.writelines((head, body))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _made(self, message: Any) -> bytes | None:
        """The head as bytes. None for one that uvicorn had better make.

        Raises RuntimeError for what would end a header within it.
        """
        length = None
        headers = [*self.default_headers, *message["headers"]]
        parts = [STATUS_LINE[message["status"]]]
        for name, value in headers:
            if name in _BY_UVICORN:
                return None
            if name == b"content-length":
                length = value
            parts += (_named(name), value, b"\r\n")
        if length is None:
            return None
        self.expected_content_length = int(length)
        parts.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
        head = b"".join(parts)
        lines = len(headers) + (2 if self.keep_alive else 3)
        if head.translate(None, _VISIBLE) != b"\r\n" * lines:
            raise RuntimeError("Invalid HTTP header value.")
        return head


@lru_cache(maxsize=256)
def _named(name: bytes) -> bytes:
    if HEADER_RE.search(name):
        raise RuntimeError("Invalid HTTP header name.")
    return name.lower() + b": "


class Together:
    """A transport that sends short answers together with those of other connections.

    A system call that wakes the reader is dear where the reader sleeps on the same machine, as a
    proxy or a load generator does. What is made in the same round of the loop is therefore written
    at its end, one after the other, so that a reader wakes once for all.
    """

    __slots__ = ("_held", "_round", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.is_closing = transport.is_closing  # asked for each answer
        self._held: list[bytes] = []
        loop = asyncio.get_running_loop()
        self._round = _rounds.get(loop) or _rounds.setdefault(loop, Round(loop))

    def write(self, data: bytes) -> None:
        self.writelines((data,))

    def writelines(self, pieces: Iterable[bytes]) -> None:
        self._held += pieces
        is_long = len(self._held[-1]) > LONGEST_HELD or len(self._held) > MOST_HELD
        self._round.add(self, is_long=is_long)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        if self._held:
            held, self._held = self._held, []
            if not self._transport.is_closing():
                self._transport.writelines(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Round:
    """What waits for the end of one round of a loop, and since when."""

    __slots__ = ("_loop", "_since", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[Together] = []
        self._since = 0.0

    def add(self, transport: Together, *, is_long: bool) -> None:
        now = monotonic()
        if not self._waiting:
            self._since = now
            self._loop.call_soon(self.end)
        self._waiting.append(transport)
        if is_long or now - self._since > HELD_FOR:
            self.end()

    def end(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.flush()


_rounds: WeakKeyDictionary[asyncio.AbstractEventLoop, Round] = WeakKeyDictionary()

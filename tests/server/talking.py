"""A server with an application of the test's own, and raw bytes to and from it."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from threading import Event
from typing import NamedTuple

from dealwright.server import logs
from dealwright.server.limits import Limits
from dealwright.settings import Settings, read
from dealwright.wire.exchange import ClientDisconnected, ProtocolError, Request, Response
from tests.running import LOG, Server

SECONDS = 30  # until a test that waits for the server gives up
TEXT = ("Content-Type", "text/plain")
GET = b"GET /short HTTP/1.1\r\nHost: x\r\n\r\n"
LARGEST = 10 * 2**20


class Sample:
    """An application that says what it got. Its events tell the test what the server does."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.bodies: list[bytes | Exception] = []
        self.has_begun, self.may_go_on = Event(), Event()
        self.has_ended = Event()
        self.pieces = 0  # that were asked of an endless stream

    async def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        match request.path:
            case "/echo":
                return await self._echo(request)
            case "/unread":
                return Response(401, b"no", [TEXT])
            case "/slow":
                self.has_begun.set()
                await asyncio.to_thread(self.may_go_on.wait, SECONDS)
            case "/empty":
                return Response(204, b"", [])
            case "/long":
                return Response(200, b"x" * 2**20, [TEXT])
            case "/measured":
                return Response(200, b"", [TEXT], stream=self._three(), length=9)
            case "/short-stream":
                return Response(200, b"", [TEXT], stream=self._three(), length=99)
            case "/chunked":
                return Response(200, b"", [TEXT], stream=self._three(), length=None)
            case "/events":
                return Response(200, b"", [TEXT], stream=self._events(), length=None)
            case "/endless":
                return Response(200, b"", [TEXT], stream=self._endless(), length=None)
            case "/split":
                return Response(200, b"", [TEXT, ("X-Told", "a\r\nX-More: b")])
            case "/fault":
                raise RuntimeError("a fault")
        return Response(200, b"short", [TEXT])

    def refuse(self, error: ProtocolError) -> Response:
        return Response(error.status, error.text.encode(), [TEXT])

    async def _echo(self, request: Request) -> Response:
        self.has_begun.set()
        try:
            body = await request.body(LARGEST)
        except (ProtocolError, ClientDisconnected) as error:
            self.bodies.append(error)
            self.has_ended.set()
            if isinstance(error, ProtocolError):
                return self.refuse(error)
            raise
        self.bodies.append(body)
        return Response(200, body, [TEXT])

    async def _three(self) -> AsyncGenerator[bytes, None]:
        for piece in (b"one", b"two", b"six"):
            await asyncio.sleep(0)
            yield piece

    async def _events(self) -> AsyncGenerator[bytes, None]:
        try:
            yield b"first"
            self.has_begun.set()
            await asyncio.Event().wait()
        finally:
            self.has_ended.set()

    async def _endless(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                self.pieces += 1
                yield b"x" * 65536
        finally:
            self.has_ended.set()


class Served(NamedTuple):
    port: int
    application: Sample
    server: Server


@contextmanager
def served(
    *, application: Sample | None = None, limits: Limits | None = None, **settings: str
) -> Iterator[Served]:
    """A server of its own; `limits` that a test does not set are those of a real one."""
    logs.configure(LOG)
    sample = application or Sample()

    def opener(_: Settings) -> AbstractAsyncContextManager[Sample]:
        return _opened(sample)

    given = read({"port": "0", "host": "127.0.0.1", **settings}, {})
    server = Server(given, opener, limits or Limits(finish_seconds=5))
    try:
        yield Served(server.port, sample, server)
    finally:
        sample.may_go_on.set()
        server.stop()


@asynccontextmanager
async def _opened(sample: Sample) -> AsyncIterator[Sample]:
    yield sample


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        yield connection


def conversation(port: int, *pieces: bytes, is_ended: bool = False) -> bytes:
    """What the server says to these bytes until it ends the connection."""
    with connected(port) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if is_ended:
            connection.shutdown(socket.SHUT_WR)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """All that comes until the end of the connection."""
    found = b""
    while part := connection.recv(65536):
        found += part
    return found


def until(connection: socket.socket, is_enough: Callable[[bytes], bool]) -> bytes:
    """What comes until it is enough. Raises AssertionError when it ends before."""
    found = b""
    while not is_enough(found):
        part = connection.recv(65536)
        assert part, f"the connection ended after {found!r}"
        found += part
    return found


def one(connection: socket.socket) -> bytes:
    """One answer with a Content-Length."""

    def is_whole(found: bytes) -> bool:
        head, end, body = found.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return bool(end) and len(body) >= int(length or 0)

    return until(connection, is_whole)


def statuses(answers: bytes) -> list[int]:
    """Of all answers on a connection; the bodies must not hold a status line."""
    return [int(each[:3]) for each in answers.split(b"HTTP/1.1 ")[1:]]


def post(path: str, body: bytes, *lines: str) -> bytes:
    output = "".join(f"{line}\r\n" for line in lines)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{output}\r\n"
    return head.encode() + body

"""A request as it came and a response as it goes, without any meaning."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from dealwright.errors import TooLarge

Receive = Callable[[], Awaitable[Any]]
# An extension of ASGI that a server may name in its scope, and the message of it: `status`,
# `headers` and all of a `body` at once.
WHOLE = "dealwright.whole"


class Request:
    """One HTTP request. Header names are lower-case bytes; `client` is the address that sent it."""

    __slots__ = ("_body", "_receive", "client", "headers", "method", "path", "query", "scheme")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: bytes = b"",
        headers: dict[bytes, bytes] | None = None,
        body: bytes | None = None,
        receive: Receive | None = None,
        client: str = "",
        scheme: str = "http",
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers or {}
        self.client = client
        self.scheme = scheme
        self._body = body
        self._receive = receive

    def header(self, name: bytes) -> str:
        """A header's text, empty when it is absent."""
        value = self.headers.get(name)
        return value.decode("latin-1") if value else ""

    @property
    def may_have_body(self) -> bool:
        headers = self.headers
        return bool(self._body) or b"content-length" in headers or b"transfer-encoding" in headers

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises TooLarge as soon as it is known to exceed `limit` bytes."""
        if self._body is None:
            self._body = await self._read(limit)
        if len(self._body) > limit:
            raise _too_large(limit)
        return self._body

    async def _read(self, limit: int) -> bytes:
        return b"".join([piece async for piece in self.pieces(limit)])

    async def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """The body as it arrives, once. Raises TooLarge as soon as it is known to exceed `limit`
        bytes, and Gone when it ends too early."""
        headers = self.headers
        if self._body is not None:
            yield await self.body(limit)
            return
        if self._receive is None or not self.may_have_body:
            return
        announced = headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit:
            raise _too_large(limit)
        size = 0
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                raise ClientDisconnected
            piece = message.get("body", b"")
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            yield piece
            if not message.get("more_body"):
                return


class ClientDisconnected(Exception):
    """Whoever asked is not there any more; nobody reads what is answered."""


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body may hold at most {limit} bytes")


class Response:
    """`headers` are complete but for those that every response carries. A long body comes as a
    `stream` of `length` bytes."""

    __slots__ = ("body", "headers", "length", "status", "stream")

    def __init__(
        self,
        status: int,
        body: bytes,
        headers: list[tuple[str, str]],
        *,
        stream: AsyncIterator[bytes] | None = None,
        length: int = 0,
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.stream = stream
        self.length = length if stream else len(body)

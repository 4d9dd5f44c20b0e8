"""A request as it came and a response as it goes, without any meaning: all that the server and the
application know of each other."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from dealwright.errors import CrmError, TooLarge


class ClientDisconnected(Exception):
    """The client is not there any more; nobody reads what is answered."""


class ProtocolError(CrmError):
    """A request that breaks HTTP or a limit of the server; `status` is the one to answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Body(Protocol):
    """The body of a request while it arrives."""

    async def read(self) -> bytes:
        """The next piece, empty at the end. Raises ProtocolError, and ClientDisconnected when the
        body ends too early."""


class Request:
    """One HTTP request. Header names are lower-case bytes; `client` is the address that sent it.

    `body` holds all of the body, or else `arriving` gives it. `id` stands in the log.
    """

    __slots__ = (
        "_arriving",
        "_body",
        "client",
        "headers",
        "id",
        "method",
        "path",
        "query",
        "route",
        "scheme",
    )

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: bytes = b"",
        headers: dict[bytes, bytes] | None = None,
        body: bytes | None = None,
        arriving: Body | None = None,
        client: str = "",
        scheme: str = "http",
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers or {}
        self.client = client
        self.scheme = scheme
        self.id = ""
        self.route = ""  # the template of the route that answers it
        self._body = body
        self._arriving = arriving

    def header(self, name: bytes) -> str:
        """A header's text, empty when it is absent."""
        value = self.headers.get(name)
        return value.decode("latin-1") if value else ""

    @property
    def may_have_body(self) -> bool:
        headers = self.headers
        return bool(self._body) or b"content-length" in headers or b"transfer-encoding" in headers

    @property
    def size(self) -> int:
        """How many bytes of a body are held."""
        return len(self._body or b"")

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises TooLarge as soon as it must exceed `limit` bytes."""
        if self._body is None:
            self._body = b"".join([piece async for piece in self.pieces(limit)])
        if len(self._body) > limit:
            raise _too_large(limit)
        return self._body

    async def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """The body as it arrives, once. Raises TooLarge as soon as it is known to exceed `limit`
        bytes, and what `Body.read` raises."""
        if self._body is not None:
            yield await self.body(limit)
            return
        if self._arriving is None or not self.may_have_body:
            return
        announced = self.headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced[:20]) > limit:
            raise _too_large(limit)
        size = 0
        while piece := await self._arriving.read():
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            yield piece


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body may hold at most {limit} bytes")


class Response:
    """`headers` are complete but for those that every response carries.

    A long body comes as a `stream`: of `length` bytes, or until it ends when `length` is None. The
    server closes the stream when the client disconnects, and asks for a piece only when the client
    has taken those before.
    """

    __slots__ = ("body", "headers", "length", "status", "stream")

    def __init__(
        self,
        status: int,
        body: bytes,
        headers: list[tuple[str, str]],
        *,
        stream: AsyncGenerator[bytes, None] | None = None,
        length: int | None = 0,
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.stream = stream
        self.length = length if stream else len(body)


class Application(Protocol):
    """What a server serves."""

    async def __call__(self, request: Request) -> Response:
        """The whole answer to a request. Raises ClientDisconnected."""

    def refuse(self, error: ProtocolError) -> Response:
        """The answer to what is no request."""

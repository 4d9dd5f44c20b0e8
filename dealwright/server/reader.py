"""Bytes of a connection into requests; `httptools` does the grammar, here are the limits and what
HTTP forbids beyond it.

An Upgrade is ignored, as RFC 9110 allows: the request is answered as if it had not been asked for,
and its body is its body.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

import httptools

from dealwright.server.body import IncomingBody
from dealwright.server.limits import Limits
from dealwright.wire.exchange import ProtocolError, Request

_METHOD = re.compile(rb"[A-Z]{1,32} /")
_LISTED = {b"cookie": b"; "}  # how values of a repeated header are joined, where not by a comma


class Incoming(NamedTuple):
    """A request whose head is complete. `is_last`: the client wants no other answer after it."""

    request: Request
    body: IncomingBody
    is_last: bool


class RequestReader:
    """Reads the requests of one connection, in order.

    `on_request` gets each when its head is complete; its body comes later. After an error nothing
    can be read any more.
    """

    __slots__ = (
        "_count",
        "_has_progressed",
        "_headers",
        "_is_last",
        "_is_upgrade",
        "_limits",
        "_make_body",
        "_on_request",
        "_parser",
        "_unread",
        "_url",
        "body",
        "is_finished",
        "is_in_head",
    )

    def __init__(
        self,
        limits: Limits,
        make_body: Callable[[], IncomingBody],
        on_request: Callable[[Incoming], None],
    ) -> None:
        self.body: IncomingBody | None = None  # of the request that is being read
        self.is_in_head = False
        self.is_finished = False
        self._limits = limits
        self._make_body = make_body
        self._on_request = on_request
        self._has_progressed = False
        self._unread = 0  # bytes since something became whole
        self._is_upgrade = False
        self._is_last = False
        self._reset()
        self._parser = httptools.HttpRequestParser(self)

    def feed(self, data: memoryview) -> bool:
        """Whether a head, a piece of a body or a request became whole. Raises ProtocolError."""
        self._has_progressed = False
        if not self.is_finished:
            self._feed(data)
        return self._has_progressed

    def _feed(self, data: memoryview) -> None:
        rest = data
        while rest:
            try:
                self._parser.feed_data(rest)
                break
            except httptools.HttpParserUpgrade as upgrade:
                rest = self._without_upgrade(rest[upgrade.args[0] :])
            except httptools.HttpParserError as error:
                if self.is_finished:  # it is about what came behind the last request
                    break
                self.is_finished = True
                raise self._refusal(error, rest) from None
        # A piece in which something became whole began with what belongs to that.
        self._unread = 0 if self._has_progressed else self._unread + len(data)
        if self._unread > self._limits.head_size:
            self.is_finished = True
            raise ProtocolError(
                431, f"The head of a request may have at most {self._limits.head_size} bytes"
            )

    def _without_upgrade(self, rest: memoryview) -> memoryview:
        """What another parser is to read: this one would read no body after a head that asks for an
        upgrade. It gets the same head without that header, and all that came behind."""
        if not self._is_upgrade:  # CONNECT: nothing behind it is a request
            self.is_finished = True
            return rest[:0]
        parser, self._is_upgrade = self._parser, False
        version = parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b\r\n" % (parser.get_method(), self._url, version)]
        lines += [b"%b: %b\r\n" % each for each in self._headers.items() if each[0] != b"upgrade"]
        self._reset()
        self._parser = httptools.HttpRequestParser(self)
        return memoryview(b"".join((*lines, b"\r\n", rest)))

    def _refusal(self, error: httptools.HttpParserError, data: memoryview) -> ProtocolError:
        if isinstance(error.__context__, ProtocolError):
            return error.__context__
        is_method = isinstance(error, httptools.HttpParserInvalidMethodError)
        if is_method and not self._has_progressed and _METHOD.match(data):
            return ProtocolError(501, "The method of the request is not known")
        return ProtocolError(400, f"The request is not valid HTTP: {error}")

    def _reset(self) -> None:
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._count = 0

    # What the parser calls.

    def on_message_begin(self) -> None:
        self.is_in_head = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.body is not None:
            return  # a trailer
        self._count += 1
        if self._count > self._limits.headers:
            raise ProtocolError(431, f"A request may have at most {self._limits.headers} headers")
        name = name.lower()
        if (before := self._headers.get(name)) is not None:
            if name == b"host":
                raise ProtocolError(400, "The request has more than one Host header")
            value = before + _LISTED.get(name, b", ") + value
        self._headers[name] = value

    def on_headers_complete(self) -> None:
        parser = self._parser
        method = parser.get_method()
        self._has_progressed = True
        if parser.should_upgrade() and method != b"CONNECT":
            self._is_upgrade = True
            return
        headers = self._headers
        version = parser.get_http_version()
        _demand_understood(version, headers)
        path, query = _target(method, self._url)
        body = self._make_body()
        if b"expect" in headers:
            if headers[b"expect"].lower() != b"100-continue":
                raise ProtocolError(417, "The only expectation that is met is 100-continue")
            body.awaits_continue = version == "1.1"
        request = Request(method.decode("ascii"), path, query=query, headers=headers, arriving=body)
        self._is_last = version == "1.0" or method == b"CONNECT" or not parser.should_keep_alive()
        self._reset()
        self.body = body
        self.is_in_head = False
        self._on_request(Incoming(request, body, self._is_last))

    def on_body(self, piece: bytes) -> None:
        self._has_progressed = True
        if self.body is not None:
            self.body.awaits_continue = False
            self.body.feed(piece)

    def on_message_complete(self) -> None:
        if self._is_upgrade or self.body is None:
            return
        self._has_progressed = True
        self.body.end()
        self.body = None
        self.is_finished = self._is_last


def _demand_understood(version: str, headers: dict[bytes, bytes]) -> None:
    """Raises ProtocolError for what must not be guessed at."""
    if version not in ("1.1", "1.0"):
        raise ProtocolError(505, "The server speaks HTTP/1.1")
    if version == "1.1" and b"host" not in headers:
        raise ProtocolError(400, "The request has no Host header")
    if b"transfer-encoding" in headers:
        if version == "1.0":
            raise ProtocolError(400, "A request of HTTP/1.0 cannot have a Transfer-Encoding")
        if headers[b"transfer-encoding"].strip().lower() != b"chunked":
            raise ProtocolError(501, "The only Transfer-Encoding that is read is chunked")


def _target(method: bytes, url: bytes) -> tuple[str, bytes]:
    """Path without escapes, and query. Raises ProtocolError."""
    if not url.startswith(b"/") and url != b"*":
        if method == b"CONNECT":
            return "", b""
        try:
            address = httptools.parse_url(url)
        except httptools.HttpParserError:
            raise ProtocolError(400, "The address of the request is not valid") from None
        url = (address.path or b"/") + (b"?" + address.query if address.query else b"")
    path, _, query = url.partition(b"#")[0].partition(b"?")
    text = path.decode("ascii", "replace")
    return (unquote(text) if "%" in text else text), query

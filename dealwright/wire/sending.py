"""What every response carries, whatever it says: its id, who may read it, how it is packed."""

import gzip
from functools import cache
from typing import Any

import zstandard

from dealwright.wire.exchange import WHOLE, Request, Response

SMALLEST_PACKED = 1024
_ALLOWED = (
    "Origin, Authorization, Accept, Content-Type, If-Match, If-None-Match, Idempotency-Key,"
    " X-Request-Id"
)
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"SAMEORIGIN"))
_EVERYONE = (b"access-control-allow-origin", b"*")
_EXPOSED = b"ETag, X-Request-Id, Location, Idempotency-Replayed, Retry-After"
_PACKED = ("application/json", "text/", "application/javascript", "image/svg+xml")


class Sender:
    """`origins`: pages of which other hosts may read answers; `*` for all."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)
        self._everyone = "*" in origins
        self._always = (*_ALWAYS, _EVERYONE) if self._everyone else _ALWAYS

    async def send(
        self,
        send: Any,
        request: Request,
        response: Response,
        request_id: str,
        *,
        takes_whole: bool = False,
    ) -> None:
        """`takes_whole`: the server has the extension `WHOLE`."""
        headers = [(b"x-request-id", request_id.encode()), *self._always]
        is_kept = False
        for name, value in response.headers:
            headers.append((_lowered(name), value.encode("latin-1", "replace")))
            is_kept = is_kept or name == "Cache-Control"
        if not is_kept:
            headers.append((b"cache-control", b"private, max-age=0"))
        if b"origin" in request.headers or request.method == "OPTIONS":
            self._admit_origin(request, headers)
        if response.stream is not None:
            await _stream(send, request, response, headers)
            return
        body = response.body
        if len(body) >= SMALLEST_PACKED and b"accept-encoding" in request.headers:
            body = _pack(request.header(b"accept-encoding"), body, headers)
        if response.status != 304:
            headers.append((b"content-length", b"%d" % len(body)))
        if request.method == "HEAD":
            body = b""
        status = response.status
        if takes_whole:
            await send({"type": WHOLE, "status": status, "headers": headers, "body": body})
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _admit_origin(self, request: Request, headers: list[tuple[bytes, bytes]]) -> None:
        origin = request.headers.get(b"origin", b"")
        if not self._everyone:
            if origin.decode("latin-1") not in self._origins:
                return
            headers += [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        if origin:
            headers.append((b"access-control-expose-headers", _EXPOSED))
        if request.method == "OPTIONS":
            headers += [
                (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, HEAD, OPTIONS"),
                (b"access-control-allow-headers", _ALLOWED.lower().encode()),
                (b"access-control-max-age", b"1728000"),
            ]


async def _stream(
    send: Any, request: Request, response: Response, headers: list[tuple[bytes, bytes]]
) -> None:
    """A body piece by piece, as it is; what cannot be read to its end breaks the connection, so
    that nobody takes half for the whole."""
    headers.append((b"content-length", b"%d" % response.length))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if request.method != "HEAD" and response.stream is not None:
        async for piece in response.stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@cache
def _lowered(name: str) -> bytes:
    return name.lower().encode()


def _pack(accepted: str, body: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The body in the best packing that the client names; already packed formats stay as they
    are."""
    kind = next((value for name, value in headers if name == b"content-type"), b"").decode()
    if not kind.startswith(_PACKED):
        return body
    names = {
        name.strip().lower()
        for name, _, quality in (part.partition(";") for part in accepted.split(","))
        if quality.partition("=")[2].strip(" 0.") or not quality
    }
    headers.append((b"vary", b"Accept-Encoding"))
    if "zstd" in names:
        headers.append((b"content-encoding", b"zstd"))
        return zstandard.ZstdCompressor(level=3).compress(body)
    if "gzip" in names:
        headers.append((b"content-encoding", b"gzip"))
        return gzip.compress(body, compresslevel=5, mtime=0)
    return body

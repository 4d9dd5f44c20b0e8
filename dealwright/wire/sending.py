"""What every response carries: its id, who may read it, and compression."""

import gzip

import zstandard

from dealwright.wire.exchange import Request, Response

SMALLEST_PACKED = 1024
_ALLOWED = (
    "Origin, Authorization, Accept, Content-Type, If-Match, If-None-Match, Idempotency-Key,"
    " X-Request-Id"
)
_ALWAYS = (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "SAMEORIGIN"))
_EVERYONE = ("Access-Control-Allow-Origin", "*")
_EXPOSED = "ETag, X-Request-Id, Location, Idempotency-Replayed, Retry-After"
_PACKED = ("application/json", "text/", "application/javascript", "image/svg+xml")


class Sender:
    """`origins`: other hosts whose pages may read answers; `*` for all."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)
        self._everyone = "*" in origins
        self._always = (*_ALWAYS, _EVERYONE) if self._everyone else _ALWAYS

    def complete(self, request: Request, response: Response) -> Response:
        """The response with the headers that every one carries, packed if the client takes that."""
        headers = [("X-Request-Id", request.id), *self._always, *response.headers]
        if not any(name == "Cache-Control" for name, _ in response.headers):
            headers.append(("Cache-Control", "private, max-age=0"))
        if b"origin" in request.headers or request.method == "OPTIONS":
            self._admit_origin(request, headers)
        body, stream = response.body, response.stream
        if len(body) >= SMALLEST_PACKED and b"accept-encoding" in request.headers:
            body = _pack(request.header(b"accept-encoding"), body, headers)
        return Response(response.status, body, headers, stream=stream, length=response.length)

    def _admit_origin(self, request: Request, headers: list[tuple[str, str]]) -> None:
        origin = request.header(b"origin")
        if not self._everyone:
            if origin not in self._origins:
                return
            headers += [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
        if origin:
            headers.append(("Access-Control-Expose-Headers", _EXPOSED))
        if request.method == "OPTIONS":
            headers += [
                ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, HEAD, OPTIONS"),
                ("Access-Control-Allow-Headers", _ALLOWED.lower()),
                ("Access-Control-Max-Age", "1728000"),
            ]


def _pack(accepted: str, body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """The body in the best compression that the client accepts; compressed formats stay as they
    are."""
    kind = next((value for name, value in headers if name == "Content-Type"), "")
    if not kind.startswith(_PACKED):
        return body
    names = {
        name.strip().lower()
        for name, _, quality in (part.partition(";") for part in accepted.split(","))
        if quality.partition("=")[2].strip(" 0.") or not quality
    }
    headers.append(("Vary", "Accept-Encoding"))
    if "zstd" in names:
        headers.append(("Content-Encoding", "zstd"))
        return zstandard.ZstdCompressor(level=3).compress(body)
    if "gzip" in names:
        headers.append(("Content-Encoding", "gzip"))
        return gzip.compress(body, compresslevel=5, mtime=0)
    return body

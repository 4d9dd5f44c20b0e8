"""Serves the contents of files at the URLs that the API gives: for download only, never
displayed."""

import time
from urllib.parse import parse_qsl

from dealwright import access
from dealwright.crm.files import actions, queries, rules
from dealwright.errors import NotFound
from dealwright.wire.context import Site, signed_in
from dealwright.wire.exchange import Request, Response
from dealwright.work import Work

DOWNLOAD = "/Products/Files/HttpHandlers/filehandler.ashx"
_ACTIONS = ("download", "view", "stream")
_LARGEST = 2**31 - 1


async def download(site: Site, request: Request) -> Response:
    """Serves a file to a user who may see it, whole or in a byte range. Raises Unauthenticated,
    NoCrm, NotFound."""
    context = await signed_in(site, request, now=time.time_ns() // 1000)
    access.crm(context.actor)
    params = {name.lower(): value for name, value in parse_qsl(request.query.decode("latin-1"))}
    text = params.get("fileid", "")
    file_id = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    if params.get("action", "").lower() not in _ACTIONS or not 0 < file_id <= _LARGEST:
        raise NotFound

    async def look(work: Work) -> object:
        statement = queries.content(work.actor.is_admin)
        return await work.row(statement, actor=work.actor.id, id=file_id)

    row = await context.read(look)
    if row is None:
        raise NotFound
    title, stored_as, content_type, size, digest, version = row
    etag = f'"{file_id}-{version}-{digest[:16]}"'
    headers = [
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Authorization, Cookie"),
    ]
    if etag in request.header(b"if-none-match"):
        return Response(304, b"", headers)
    headers += [
        ("Content-Type", rules.harmless(content_type)),
        ("Content-Disposition", rules.disposition(title)),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Accept-Ranges", "bytes"),
    ]
    await actions.demand_content(site.files, stored_as)
    return _sent(site, request, stored_as, size, etag, headers)


def _sent(
    site: Site,
    request: Request,
    stored_as: str,
    size: int,
    etag: str,
    headers: list[tuple[str, str]],
) -> Response:
    condition = request.header(b"if-range")
    ranged = request.header(b"range") if condition in ("", etag) else ""
    try:
        byte_range = rules.parts(ranged, size) if ranged else None
    except ValueError:
        return Response(416, b"", [*headers, ("Content-Range", f"bytes */{size}")])
    start, end = byte_range or (0, size)
    if byte_range is not None:
        headers.append(("Content-Range", f"bytes {start}-{end - 1}/{size}"))
    stream = site.files.read(stored_as, start, end)
    status = 200 if byte_range is None else 206
    return Response(status, b"", headers, stream=stream, length=end - start)

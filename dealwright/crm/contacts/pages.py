"""Photos of contacts, at the URL that the API gives for them."""

import time
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl

from dealwright import access
from dealwright.crm.contacts import photo_files, queries
from dealwright.errors import NoCrm, Unauthenticated
from dealwright.wire.context import Site, signed_in
from dealwright.wire.exchange import Request, Response
from dealwright.work import Work

PHOTO = "/Products/CRM/HttpHandlers/filehandler.ashx"

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{}">'
    '<rect width="64" height="64" fill="#d7dde4"/>{}</svg>'
)
_PERSON = _PICTURE.format(
    "Person",
    '<circle cx="32" cy="25" r="12" fill="#8a97a6"/>'
    '<path d="M8 64c0-15 11-23 24-23s24 8 24 23z" fill="#8a97a6"/>',
).encode()
_COMPANY = _PICTURE.format(
    "Company",
    '<path d="M14 56V20l18-9 18 9v36z" fill="#8a97a6"/>'
    '<path d="M22 26h6v6h-6zm14 0h6v6h-6zm-14 12h6v6h-6zm14 0h6v6h-6z" fill="#d7dde4"/>',
).encode()


_SIZES = {"1": "small", "2": "medium"}


async def photo(site: Site, request: Request) -> Response:
    """Serves the photo of a contact to a signed-in user who may see it. Everyone else, and a
    contact without a photo, gets a neutral picture of a person, or of a company with `isc=True`.

    # differs: the reference returns the URL of the picture as text.
    """
    params = {name.lower(): value for name, value in parse_qsl(request.query.decode("latin-1"))}
    own = await _own(site, request, params)
    is_company = params.get("isc", "").lower() == "true"
    content_type, body = own or ("image/svg+xml", _COMPANY if is_company else _PERSON)
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = [
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Authorization, Cookie"),
    ]
    if etag in request.header(b"if-none-match"):
        return Response(304, b"", headers)
    headers += [
        ("Content-Type", content_type),
        # A picture that is opened directly must not run scripts.
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ]
    return Response(200, body, headers)


async def _own(site: Site, request: Request, params: Mapping[str, str]) -> tuple[str, bytes] | None:
    """Type and content of the requested photo, if the user may see it."""
    text = params.get("cid", "")
    contact_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        context = await signed_in(site, request, now=time.time_ns() // 1000)
        access.crm(context.actor)
    except (Unauthenticated, NoCrm):
        return None

    async def look(work: Work) -> object:
        statement = queries.photo(work.actor.is_admin)
        return await work.row(statement, actor=work.actor.id, id=contact_id)

    photo_row = await context.read(look) if contact_id else None
    if photo_row is None:
        return None
    sizes = {"small": photo_row[0], "medium": photo_row[1], "big": photo_row[2]}
    return await photo_files.read(
        site.files, sizes[_SIZES.get(params.get("ps", ""), "big")], content_type=photo_row[3]
    )

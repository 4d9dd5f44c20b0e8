"""Pictures of contacts, at the address that the API names for them."""

from urllib.parse import parse_qsl

from dealwright.wire.exchange import Request, Response

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


async def photo(request: Request) -> Response:
    """A neutral picture of a person, or of a company with `isc=True`; anybody may see it.

    # differs: the reference answers the address of the picture as text.
    """
    asked = {name.lower(): value for name, value in parse_qsl(request.query.decode("latin-1"))}
    is_company = asked.get("isc", "").lower() == "true"
    headers = [
        ("Content-Type", "image/svg+xml"),
        ("Cache-Control", "no-cache"),
        # A picture opened by itself must not run anything.
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ]
    return Response(200, _COMPANY if is_company else _PERSON, headers)

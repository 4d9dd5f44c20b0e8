"""The credentials of a request, in every form that clients use. Decides nothing about them."""

import base64
from typing import NamedTuple
from urllib.parse import unquote

from dealwright.wire.exchange import Request

COOKIE = "asc_auth_key"
_WRITING = frozenset(("POST", "PUT", "DELETE"))


class Token(NamedTuple):
    text: str
    by_cookie: bool = False


class Login(NamedTuple):
    """User name or e-mail address, and password, from HTTP Basic."""

    name: str
    password: str


Credential = Token | Login


def shown(request: Request) -> list[Credential]:
    """The credentials of the request in the order in which they are tried: the header, then the
    cookie.

    The header is the bare token, `Bearer` and the token, or `Basic`; its token may be URL-encoded,
    and only the part before a comma counts. A token in the query is not read: it would appear in
    logs.
    """
    found: list[Credential] = []
    header = request.header(b"authorization").partition(",")[0].strip()
    if header:
        credential = _of_header(header)
        if credential is not None:
            found.append(credential)
    if b"cookie" in request.headers:
        text = _token(cookie(request, COOKIE))
        if text:
            found.append(Token(text, by_cookie=True))
    return found


def showed_basic(request: Request) -> bool:
    return request.header(b"authorization")[:6].lower() == "basic "


def is_foreign(request: Request, own_hosts: frozenset[str]) -> bool:
    """Whether a page of another host makes this writing request with the browser's cookie."""
    if request.method not in _WRITING:
        return False
    if request.header(b"sec-fetch-site").strip().lower() not in ("", "none", "same-origin"):
        return True
    origin = request.header(b"origin")
    host = origin.partition("://")[2].lower()
    return bool(origin) and host != request.header(b"host").lower() and host not in own_hosts


def _of_header(header: str) -> Credential | None:
    scheme, _, rest = header.partition(" ")
    match scheme.lower():
        case "basic":
            return _basic(rest)
        case "bearer":
            return Token(_token(rest.strip()))
    return Token(_token(header))


def _token(text: str) -> str:
    return unquote(text).replace(" ", "+") if "%" in text or " " in text else text


def _basic(encoded: str) -> Login | None:
    try:
        name, colon, password = base64.b64decode(encoded, validate=False).decode().partition(":")
    except ValueError:
        return None
    return Login(name, password) if colon else None


def cookie(request: Request, name: str) -> str:
    """One cookie of a request as it stands, empty when it is absent.

    Taken apart by hand: the standard library of many a Python still in use takes minutes for a
    long quoted value (CVE-2024-7592)."""
    for piece in request.header(b"cookie").split(";"):
        each, _, value = piece.partition("=")
        if each.strip() == name:
            return value.strip().strip('"')
    return ""

"""Pages outside the application that anyone may see: health, the API's description and reference,
and the files they are made of."""

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

import msgspec

from dealwright.portal.organisation.queries import current
from dealwright.settings import VERSION
from dealwright.storage.engines.engine import Database
from dealwright.wire import openapi
from dealwright.wire.exchange import Request, Response
from dealwright.wire.operation import SaidOfParameters
from dealwright.wire.router import Router

Page = Callable[[Request], Awaitable[Response]]

STATIC: Mapping[str, tuple[str, str]] = {
    "/static/reference.js": ("js/reference.js", "application/javascript; charset=utf-8"),
    "/static/form.css": ("css/form.css", "text/css; charset=utf-8"),
    "/favicon.ico": ("images/icon.svg", "image/svg+xml"),
    "/static/icon.svg": ("images/icon.svg", "image/svg+xml"),
    "/static/letters.css": ("css/letters.css", "text/css; charset=utf-8"),
    "/static/reference.css": ("css/reference.css", "text/css; charset=utf-8"),
    "/static/swagger-ui-bundle.js": (
        "vendor/swagger-ui/swagger-ui-bundle.js",
        "application/javascript; charset=utf-8",
    ),
    "/static/swagger-ui.css": ("vendor/swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    **{
        f"/skins/default/images/default_user_photo_size_{size}-{size}.png": (
            "images/person.svg",
            "image/svg+xml",
        )
        for size in (32, 48, 82, 200)
    },
}
# Nothing is fetched from another host. The vendored reference page sets styles on its elements and
# embeds icons.
REFERENCE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
INTRODUCTION = """The CRM API of ONLYOFFICE Workspace and R7-Office, as Dealwright serves it.

**To try a call**, press *Authorize* and give your e-mail and password (`basic`), or the token that
`POST /api/2.0/authentication` answers (`token`). Then *Try it out*.

Parameters bind from the path, the query and the body, in any case; bodies may be JSON, forms,
multipart or XML. A `.json` or `.xml` suffix decides the format of the answer. Lists answer `total`;
`fields` shortens any answer. Errors name the parameter and what was expected.
"""
# In this order people look for them; the others follow by name.
NOUNS = (
    *("authentication", "opportunity", "contact", "task", "case", "history", "files"),
    *("customfield", "tag", "currency", "notifications", "trash"),
)
REFERENCE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dealwright API reference</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/swagger-ui.css">
<link rel="stylesheet" href="/static/reference.css">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript; <a href="/openapi.json">openapi.json</a> says the same.
</noscript>
<script src="/static/swagger-ui-bundle.js"></script>
<script type="module" src="/static/reference.js"></script>
</body>
</html>
"""


def pages(router: Router, database: Database) -> dict[str, Page]:
    """Every page by its path."""

    async def healthz(request: Request) -> Response:
        return _text("ok")

    async def readyz(request: Request) -> Response:
        await database.read(current)
        return _text("ready")

    async def description(request: Request) -> Response:
        body = _description(router)
        return Response(200, body, [("Content-Type", "application/json; charset=utf-8")])

    async def reference(request: Request) -> Response:
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", REFERENCE_POLICY),
        ]
        return Response(200, REFERENCE, headers)

    own: dict[str, Page] = {
        "/healthz": healthz,
        "/readyz": readyz,
        "/openapi.json": description,
        "/docs": reference,
    }
    return own | {path: _static(path) for path in STATIC}


def _said_of_parameters() -> SaidOfParameters:
    """What each parameter of the API means, and an example, by its name."""
    text = files("dealwright.ui").joinpath("parameters.toml").read_text("utf-8")
    return SaidOfParameters(**tomllib.loads(text))


@lru_cache(maxsize=1)
def _description(router: Router) -> bytes:
    return msgspec.json.encode(
        openapi.document(
            router.routes,
            title="Dealwright",
            version=VERSION,
            description=INTRODUCTION,
            first=NOUNS,
            said=_said_of_parameters(),
        )
    )


def _static(path: str) -> Page:
    name, kind = STATIC[path]

    async def page(request: Request) -> Response:
        body, etag = _file(name)
        headers = [
            ("Content-Type", kind),
            ("Cache-Control", "public, max-age=3600"),
            ("ETag", etag),
        ]
        if request.header(b"if-none-match") == etag:
            return Response(304, b"", headers)
        # A picture opened by itself must not run anything.
        return Response(
            200, body, [*headers, ("Content-Security-Policy", "sandbox; default-src 'none'")]
        )

    return page


@cache
def _file(name: str) -> tuple[bytes, str]:
    body = files(__package__).joinpath(name).read_bytes()
    return body, f'"{sha256(body).hexdigest()[:16]}"'


def _text(text: str) -> Response:
    return Response(
        200,
        text.encode(),
        [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
    )

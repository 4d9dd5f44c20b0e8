"""What a handler of a page gets, and the responses it gives: pages, fragments, redirects.

A slice declares its pages in `pages.py` with `Routes`, as it does its API routes in `api.py`.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment

from dealwright.access import Actor
from dealwright.errors import Forbidden
from dealwright.settings import VERSION
from dealwright.ui import toasts
from dealwright.ui.navigation import entries
from dealwright.ui.templates import NONCE, environment
from dealwright.ui.toasts import Toast
from dealwright.ui.viewer import Viewer
from dealwright.wire import credentials, parse
from dealwright.wire.bind import binder
from dealwright.wire.context import RequestContext
from dealwright.wire.conversion import ConversionError
from dealwright.wire.exchange import Request, Response
from dealwright.wire.values import read_text

LONGEST_FORM = 1024 * 1024  # bytes
TOKEN_FIELD, TOKEN_HEADER = "csrf", b"x-csrf-token"
# htmx and the behaviours are modules of this server; nothing is evaluated, nothing is inline.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),  # a page of somebody is nobody else's
    ("Vary", "Cookie, Accept-Language, HX-Request"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex"),
)
Input = TypeVar("Input", bound=msgspec.Struct)


class PageRequest:
    """One request for a page, by somebody or an anonymous visitor.

    `viewer`: who looks, in which language; `form`: what was posted, by field, the last value of
    each; `tree`: path, query and form as the API binds them.
    """

    def __init__(
        self,
        context: RequestContext,
        viewer: Viewer,
        *,
        zone: tzinfo,
        token: str,
        tree: Mapping[str, Any],
        addresses: frozenset[str] = frozenset(),
    ) -> None:
        self.context = context
        self.viewer = viewer
        self.zone = zone
        self.token = token
        self.tree = tree
        self._addresses = addresses
        self._headers: list[tuple[str, str]] = []
        self._toast: Toast | None = None
        self._events: dict[str, object] = {}

    @property
    def request(self) -> Request:
        return self.context.request

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context.actor
        return actor

    @property
    def now(self) -> int:
        """Microseconds since 1970; one reading for the whole request."""
        return self.context.now

    @property
    def site(self) -> Any:
        return self.context.site

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return self.request.header(b"hx-request") == "true"

    @property
    def templates(self) -> Environment:
        return environment(self.viewer.language, self.zone)

    def say(self, text: str, **values: object) -> str:
        """A sentence in the viewer's language: `page.say("Moved to %(stage)s", stage=title)`."""
        return str(self.templates.globals["_"](text, **values))  # type: ignore[operator]

    def say_many(self, one: str, many: str, count: int, **values: object) -> str:
        """The same for a number: `page.say_many("%(n)s deal", "%(n)s deals", count)`."""
        said = self.templates.globals["ngettext"]
        return str(said(one, many, count, **values))  # type: ignore[operator]

    def text(self, name: str, default: str = "") -> str:
        """One value of the form, the query or the path, without spaces around it. Raises Invalid
        for characters that no text may hold, such as NUL."""
        value = self.tree.get(name.lower(), default)
        if isinstance(value, list):
            value = value[-1] if value else default
        return _legal(name, value).strip() if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        """Every value of a field that occurs more than once, in order. Raises Invalid."""
        value = self.tree.get(name.lower(), [])
        every = value if isinstance(value, list) else [value]
        return [_legal(name, each) for each in every if isinstance(each, str)]

    def secret(self, name: str) -> str:
        """One value of the form exactly as it was typed, such as a password."""
        value = self.tree.get(name.lower(), "")
        return value if isinstance(value, str) else ""

    def leads_to(self, address: str) -> bool:
        """Whether there is a page at an address."""
        return address in self._addresses

    def has_pages_of(self, noun: str) -> bool:
        """Whether single records have pages, as `/opportunities/{id:id}` is one."""
        return any(each.startswith(f"/{noun}/{{") for each in self._addresses)

    def bound(self, kind: type[Input]) -> Input:
        """What was sent as a typed input. Raises Invalid, which names the field."""
        return binder(kind).bind(dict(self.tree), zone=self.zone, path_names=frozenset())

    def read(self, job: Callable[[Any], Awaitable[Any]], *, heavy: bool = False) -> Awaitable[Any]:
        """Runs a job that gets a `Work` and reads."""
        return self.context.read(job, heavy=heavy)

    def write(
        self, job: Callable[[Any], Awaitable[Any]], *, transaction: bool = False
    ) -> Awaitable[Any]:
        """Runs a job that gets a `Work` and saves."""
        return self.context.write(job, transaction=transaction)

    def add_header(self, name: str, value: str) -> None:
        """A header of the response that is still to be made, such as Set-Cookie."""
        self._headers.append((name, value))

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A whole page as response; its template extends `ui/app.html` or `ui/bare.html`."""
        kept = toasts.read(credentials.cookie(self.request, toasts.COOKIE))
        if kept:
            self.add_header("Set-Cookie", toasts.GONE)
        return self._response(template, status, {**values, "toast": self._toast or kept})

    def fragment(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A part of a page, for htmx; its template extends nothing."""
        events = {**self._events, **({"toast": self._toast._asdict()} if self._toast else {})}
        if events:
            self.add_header("HX-Trigger", json.dumps(events))  # in ASCII
        return self._response(template, status, values)

    def _response(self, template: str, status: int, values: Mapping[str, object]) -> Response:
        nonce = secrets.token_urlsafe(16)
        text = self.rendered(template, **values).replace(NONCE, nonce)
        policy = ("Content-Security-Policy", _POLICY.format(nonce=nonce))
        return Response(status, text.encode(), [*_HEADERS, policy, *self._headers])

    def rendered(self, template: str, **values: object) -> str:
        """The text of a template, before its nonce is filled in."""
        path = self.request.path
        return self.templates.get_template(template).render(
            viewer=self.viewer,
            csrf=self.token,
            drawn_on=self.now,
            path=path,
            is_fragment=self.is_fragment,
            addresses=self._addresses,
            navigation=entries(self._addresses, path),
            version=VERSION,
            **values,
        )

    def toast(self, sentence: str, *, undo: str = "") -> None:
        """A sentence that is shown once, on the page that the response leads to or changes.

        `undo`: the address to which its button posts.
        """
        self._toast = Toast(sentence, undo)

    def trigger(self, event: str, detail: object) -> None:
        """An event of the document that scripts hear once the fragment is there."""
        self._events[event] = detail

    def redirect(self, address: str) -> Response:
        """Sends the browser on after a change, htmx too."""
        headers = [("Cache-Control", "no-store"), ("Vary", "HX-Request"), *self._headers]
        if self._toast:
            headers.append(("Set-Cookie", self._toast.cookie))
        if self.is_fragment:
            return Response(200, b"", [("HX-Redirect", address), *headers])
        return Response(303, b"", [("Location", address), *headers])


def _legal(name: str, value: str) -> str:
    try:
        return read_text(value)
    except ConversionError as error:
        raise error.named(name) from None


def came_from(request: Request) -> str:
    """The address on this server of the page whose link or form was followed; empty where the
    browser does not tell. A referrer of another host is as good as any address of ours: it leads
    to a page that its reader may see. Give it to `safe_next`."""
    parts = urlsplit(request.header(b"referer"))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def safe_next(address: str) -> str:
    """An address of this server to go on to, else the home page."""
    parts = urlsplit(address.replace("\\", "/"))
    is_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    if not is_local or parts.scheme or parts.netloc or any(ord(each) < 32 for each in address):
        return "/"
    return address


async def sent_tree(request: Request, path_values: Mapping[str, object]) -> parse.Tree:
    """Path, query and form of a request in one tree. Raises TooLarge, Malformed."""
    asked = parse.query(request.query)
    if not request.may_have_body:
        return parse.merge(path_values, asked, {})
    body = await request.body(LONGEST_FORM)
    sent = parse.body(request.header(b"content-type"), body) if body else {}
    return parse.merge(path_values, asked, sent)


def demand_own_form(
    request: Request, tree: Mapping[str, object], token: str, own_hosts: frozenset[str]
) -> None:
    """Refuses a change that did not come from a page of this server. Raises Forbidden."""
    if credentials.is_foreign(request, own_hosts):
        raise Forbidden("A page of another host may not change anything here")
    shown = request.header(TOKEN_HEADER) or str(tree.get(TOKEN_FIELD, ""))
    if not compare_digest(shown.encode(), token.encode()):
        raise Forbidden("The form is no longer valid: reload the page and send it again")

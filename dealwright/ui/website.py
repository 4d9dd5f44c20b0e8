"""Answers requests for pages: finds the page, learns who asks, runs it, shows errors as pages.

Knows no slice: `app` hands in the pages and how a viewer is read.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import structlog
from structlog.contextvars import get_contextvars

from dealwright.access import ANONYMOUS, Actor
from dealwright.errors import CrmError, NoSuchRoute, Unauthenticated
from dealwright.ui.assets import PREFIX, assets
from dealwright.ui.page import (
    LONGEST_FORM,
    PageRequest,
    came_from,
    demand_own_form,
    safe_next,
    sent_tree,
)
from dealwright.ui.translations import LANGUAGES, best_language
from dealwright.ui.viewer import Viewer
from dealwright.wire import credentials, parse
from dealwright.wire.context import RequestContext, browsing
from dealwright.wire.envelope import failure
from dealwright.wire.exchange import ClientDisconnected, Request, Response
from dealwright.wire.failures import log_failure
from dealwright.wire.receiving import Receiving
from dealwright.wire.router import Found, Router

log = structlog.get_logger("dealwright")
SIGN_IN = "/login"
LANGUAGE_COOKIE, VISITOR_COOKIE = "dw_language", "dw_visitor"
_YEAR = 365 * 24 * 3600
ReadViewer = Callable[[Any], Awaitable[Viewer]]


class Website:
    """`read_viewer` gets a `Work` and tells who its actor is, or how an anonymous visitor of this
    portal is addressed."""

    def __init__(
        self,
        site: Any,
        pages: Router,
        *,
        read_viewer: ReadViewer,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._site = site
        self._router = pages
        self._read_viewer = read_viewer
        self._clock = clock
        self._addresses = frozenset(
            f"/{route.template}" for route in self._router.routes if route.method == "GET"
        )

    async def answer(self, request: Request) -> Response:
        """The page at an address. Raises NoSuchRoute where there is none for this client."""
        if request.path.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            return _asset(request)
        found = self._router.find(request.method, request.path.strip("/"))
        actor = await self._actor(request)
        if actor is None and found.route.gate is not None:
            raise Unauthenticated
        page = await self._page(request, actor)
        if found.route.gate is not None:
            found.route.gate(page.actor)
        receiving = Receiving(self._site.files, is_raw=False) if found.route.takes_files else None
        try:
            return await self._handled(page, found, receiving)
        except (CrmError, ClientDisconnected):
            if receiving is not None:
                await receiving.drop()
            raise

    async def _handled(
        self, page: PageRequest, found: Found, receiving: Receiving | None
    ) -> Response:
        route, request = found.route, page.request
        if receiving is not None and request.may_have_body:
            sent = await receiving.tree(
                request, body_limit=LONGEST_FORM, upload_limit=self._site.upload_limit
            )
            page.tree = parse.merge(found.path_values, parse.query(request.query), sent)
        else:
            page.tree = await sent_tree(request, found.path_values)
        if request.method == "POST":
            demand_own_form(request, page.tree, page.token, self._site.own_hosts)
        inputs = []
        if route.binder:
            tree = dict(page.tree)
            inputs = [route.binder.bind(tree, zone=page.zone, path_names=route.path_names)]
        response: Response = await route.handler(page, *inputs)  # type: ignore[assignment]
        return response

    def wants_page(self, request: Request) -> bool:
        """Whether a browser asks, which shows its user what it gets."""
        return "text/html" in request.header(b"accept")

    async def refused(self, request: Request, error: Exception) -> Response:
        """The page that says what failed. A browser that is not signed in is sent to do so."""
        status = failure(error).status
        if isinstance(error, Unauthenticated) and request.header(b"hx-request") != "true":
            return self._to_sign_in(request)
        log_failure(request, error)
        page = await self._page_of_error(request)
        return page.page(
            "ui/error.html",
            status=status,
            error_status=status,
            reason=error.text if isinstance(error, CrmError) else "",
            request_id=get_contextvars().get("request", ""),
        )

    def _to_sign_in(self, request: Request) -> Response:
        query = request.query.decode("latin-1")
        asked = request.path + (f"?{query}" if query else "")
        if request.method not in ("GET", "HEAD"):  # back to the page that holds the form
            asked = came_from(request) or "/"
        back = safe_next(asked)
        address = SIGN_IN if back == "/" else f"{SIGN_IN}?next={quote(back, safe='/')}"
        return Response(303, b"", [("Location", address), ("Cache-Control", "no-store")])

    async def _page_of_error(self, request: Request) -> PageRequest:
        """As much of a page as can still be had: the database may be what failed."""
        try:
            return await self._page(request, await self._actor(request))
        except Exception as error:
            log.warning("error page without its viewer", error=repr(error))
            context = RequestContext(self._site, request, ANONYMOUS, self._clock())
            viewer = Viewer(language=self._language(request, "en"))
            return PageRequest(context, viewer, zone=self._site.zone, token="", tree={})

    async def _actor(self, request: Request) -> Actor | None:
        actor: Actor | None = await browsing(self._site, request, self._clock())
        return actor

    async def _page(self, request: Request, actor: Actor | None) -> PageRequest:
        context = RequestContext(self._site, request, actor or ANONYMOUS, self._clock())
        viewer: Viewer = await context.read(self._read_viewer)
        if actor is None:
            viewer = viewer._replace(language=self._language(request, viewer.language))
        bound_to = credentials.cookie(request, credentials.COOKIE) if actor else ""
        visitor, is_new = ("", False) if bound_to else _visitor(request)
        page = PageRequest(
            context,
            viewer,
            zone=self._site.zone,
            token=self._site.sign(f"form {bound_to or visitor}"),
            tree={},
            addresses=self._addresses,
        )
        if is_new:
            page.add_header("Set-Cookie", _cookie(request, VISITOR_COOKIE, visitor, "Strict"))
        if (chosen := _chosen_language(request)) and actor is None:
            page.add_header("Set-Cookie", _cookie(request, LANGUAGE_COOKIE, chosen, "Lax"))
        return page

    def _language(self, request: Request, default: str) -> str:
        """What an anonymous visitor chose, else what the browser asks for."""
        kept = credentials.cookie(request, LANGUAGE_COOKIE)
        chosen = _chosen_language(request) or (kept if kept in LANGUAGES else "")
        return chosen or best_language(request.header(b"accept-language"), default)


def _chosen_language(request: Request) -> str:
    for part in request.query.split(b"&"):
        name, _, value = part.decode("latin-1").partition("=")
        if name == "language" and value in LANGUAGES:
            return value
    return ""


def _visitor(request: Request) -> tuple[str, bool]:
    """What tells one anonymous browser from another, and whether it is new."""
    kept = credentials.cookie(request, VISITOR_COOKIE)
    if kept:
        return kept[:64], False
    return secrets.token_urlsafe(16), True


def _cookie(request: Request, name: str, value: str, same_site: str) -> str:
    secure = "; Secure" if request.scheme == "https" else ""
    return f"{name}={value}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite={same_site}{secure}"


def _asset(request: Request) -> Response:
    found = assets().found(request.path)
    if found is None:
        raise NoSuchRoute
    asset, is_current = found
    # An older page may ask a newer server for a file: it gets the new one, and asks again.
    kept = f"public, max-age={_YEAR}, immutable" if is_current else "no-cache"
    headers = [("Content-Type", asset.content_type), ("Cache-Control", kept), ("ETag", asset.etag)]
    if asset.etag in request.header(b"if-none-match"):
        return Response(304, b"", headers)
    headers.append(("Content-Security-Policy", "sandbox; default-src 'none'"))
    return Response(200, asset.body, headers)

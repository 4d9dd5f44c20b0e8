"""The application as the server sees it: finds the route, learns who asks, binds, runs the handler,
encodes what it gave or raised.

It knows what HTTP and the dialect say and nothing of what handlers do.
"""

import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

from structlog.contextvars import STRUCTLOG_KEY_PREFIX

from dealwright.errors import CrmError, Forbidden, NoSuchRoute, Stale, Unauthenticated
from dealwright.storage import idempotency
from dealwright.wire import credentials, parse
from dealwright.wire.aside import LARGE, aside
from dealwright.wire.context import RequestContext, Site, identified
from dealwright.wire.cursor import fingerprint
from dealwright.wire.envelope import (
    Answer,
    Representation,
    failure,
    negotiate,
    success,
)
from dealwright.wire.exchange import ClientDisconnected, ProtocolError, Request, Response
from dealwright.wire.failures import log_failure
from dealwright.wire.paging import Paging, paging
from dealwright.wire.receiving import Receiving, parsed
from dealwright.wire.router import Found, MethodNotAllowed, Router, clean
from dealwright.wire.routes import Mode, Route
from dealwright.wire.sending import Sender

Page = Callable[[Request], Awaitable[Response]]
LARGEST_ANONYMOUS = 64 * 1024  # bytes of a body that is read before anybody signs in
_PLAIN = Representation()
_LAST_WORD = failure(RuntimeError())
# What `bind_contextvars(request=…)` would set, for half of the time.
_REQUEST_ID = ContextVar[str](f"{STRUCTLOG_KEY_PREFIX}request")


class Website(Protocol):
    """Answers requests outside the API that no single page handles."""

    async def answer(self, request: Request) -> Response:
        """Raises what goes wrong, NoSuchRoute for an unknown address."""

    def wants_page(self, request: Request) -> bool:
        """Whether an error is shown to a person."""

    async def refused(self, request: Request, error: Exception) -> Response:
        """The page for an error; never raises."""


class Meter(Protocol):
    """Counts requests."""

    def begin(self) -> float:
        """A request has come; its moment for `end`."""

    def end(self, request: Request, status: int, began: float) -> None:
        """The request is answered with a status; 499: its client has gone."""


def measured(
    answer: Callable[[Request], Awaitable[Response]], meter: Meter
) -> Callable[[Request], Awaitable[Response]]:
    async def counted(request: Request) -> Response:
        began, status = meter.begin(), 499
        try:
            response = await answer(request)
            status = response.status
            return response
        finally:
            meter.end(request, status, began)

    return counted


class Dispatcher:
    def __init__(
        self,
        router: Router,
        site: Site,
        *,
        pages: Mapping[str, Page],
        sender: Sender,
        posted: Mapping[str, Page] | None = None,
        website: Website | None = None,
        meter: Meter | None = None,
    ) -> None:
        """`pages` answer GET, `posted` answer POST. An address that ends with a slash stands for
        all addresses directly below it, but `/` for itself. `website` answers the rest, and shows
        errors to browsers. `meter` counts what is answered."""
        self.router = router
        self.site = site
        self.sender = sender
        self._pages = pages
        self._posted = posted or {}
        self._website = website
        if meter is not None:  # without one, no request pays for it
            self.answer = measured(self.answer, meter)  # type: ignore[assignment, method-assign]

    async def __call__(self, request: Request) -> Response:
        """The whole answer to a request. Raises ClientDisconnected."""
        given = request.header(b"x-request-id")
        request.id = (
            given
            if given.isascii() and given.isalnum() and len(given) <= 64
            # not secret: this is cheaper than the system's randomness
            else f"{random.getrandbits(64):016x}"
        )
        _REQUEST_ID.set(request.id)
        response = await self.answer(request)
        if len(response.body) < LARGE or b"accept-encoding" not in request.headers:
            return self.sender.complete(request, response)
        return await aside(lambda: self.sender.complete(request, response))

    def refuse(self, error: ProtocolError) -> Response:
        """The answer to what is no request."""
        request = Request("GET", "/")
        request.id = f"{random.getrandbits(64):016x}"
        return self.sender.complete(request, self.refusal(request, error))

    async def answer(self, request: Request) -> Response:
        """The response to one request; never raises for anything that a request can cause."""
        representation = _PLAIN
        cleaned = clean(request.path)
        try:
            self.site.database.catch_up()
            if cleaned is None:
                return await self._page(request)
            path, suffix = cleaned
            representation = negotiate(request.header(b"accept"), suffix, self.site.is_documented)
            if request.method == "OPTIONS":
                return Response(200, b"", [])
            found = self._find(request.method, path, suffix)
            request.route = found.route.template
            if found.route.takes_files:
                return await self._with_files(request, found, representation)
            return await self._call(request, found, representation)
        except Exception as error:
            website = self._website
            is_outside = not request.path.lstrip("/").lower().startswith("api/")
            if website is not None and is_outside and website.wants_page(request):
                with contextlib.suppress(Exception):  # then without its page
                    return await website.refused(request, error)
            return self.refusal(request, error, representation)

    def _find(self, method: str, path: str, suffix: str) -> Found:
        try:
            return self.router.find(method, path)
        except NoSuchRoute:
            if not suffix:
                raise
            return self.router.find(method, f"{path}.{suffix}")

    async def _page(self, request: Request) -> Response:
        shown, taken = (_page_of(each, request.path) for each in (self._pages, self._posted))
        if shown is not None and request.method in ("GET", "HEAD"):
            return await shown(request)
        if taken is not None and request.method == "POST":
            return await taken(request)
        if shown is None and taken is None:
            if self._website is not None:
                return await self._website.answer(request)
            raise NoSuchRoute
        raise MethodNotAllowed((*("GET", "HEAD") * bool(shown), *("POST",) * bool(taken)))

    async def _with_files(
        self, request: Request, found: Found, representation: Representation
    ) -> Response:
        """The same for a route that takes files. Removes them if no row refers to them."""
        receiving = Receiving(self.site.files, is_raw=found.route.takes_raw)
        try:
            response = await self._call(request, found, representation, receiving)
        except (CrmError, ClientDisconnected):
            # After any other failure it is unknown whether a row refers to the files.
            await receiving.drop()
            raise
        if ("Idempotency-Replayed", "true") in response.headers:
            await receiving.drop()
        return response

    async def _call(
        self,
        request: Request,
        found: Found,
        representation: Representation,
        receiving: Receiving | None = None,
    ) -> Response:
        """The way of every request: who sends it, what it says, what the handler makes of it. One
        function, because each coroutine between the socket and the database costs time."""
        route, now = found.route, time.time_ns() // 1000
        actor = await self._admit(request, route, now) if route.gate else None
        _demand_usable(request)
        if route.waits_for:
            await route.handler(None)
        asked_tree = parse.query(request.query)
        page = paging(asked_tree)
        arguments: list[Any] = []
        if binder := route.binder:
            sent = await self._sent(request, route, receiving) if request.may_have_body else {}
            tree = parse.merge(found.path_values, asked_tree, sent)
            if route.strict:
                binder.demand_known(tree)
                page = paging(tree)  # a search text limits what is changed, wherever it comes from
            bind = partial(binder.bind, tree, zone=self.site.zone, path_names=route.path_names)
            arguments.append(bind() if request.size < LARGE else await aside(bind))
        if route.paged:
            arguments.append(page)
        context = RequestContext(self.site, request, actor, now, self)
        hashed = fingerprint(arguments) if (key := _key(route, request)) else ""
        if route.prepare is not None:
            arguments.append(await route.prepare(context, *arguments))
        if key:
            return await _once(context, route, key, hashed, arguments, page, representation)
        return _success(request, route, await _run(context, route, arguments), page, representation)

    async def _admit(self, request: Request, route: Route, now: int) -> Any:
        """The user of the request, if they may use the route. Raises Unauthenticated, Forbidden."""
        actor, shown = await identified(self.site, request, now)
        by_cookie = isinstance(shown, credentials.Token) and shown.by_cookie
        if by_cookie and credentials.is_foreign(request, self.site.own_hosts):
            raise Forbidden(
                "A page of another host may not change anything with your browser's cookie"
            )
        if route.method != "GET" and not actor.can_write:
            raise Forbidden("This token may only read")
        assert route.gate is not None
        route.gate(actor)
        return actor

    async def _sent(
        self, request: Request, route: Route, receiving: Receiving | None
    ) -> parse.Tree:
        """What the body says. How long it may be depends on who sends it and what for."""
        body_limit = self.site.body_limit
        if route.gate is None:
            body_limit = min(body_limit, LARGEST_ANONYMOUS)
        elif receiving is not None:
            return await receiving.tree(
                request, body_limit=body_limit, upload_limit=self.site.upload_limit
            )
        return await parsed(request, body_limit)

    def refusal(
        self, request: Request, error: Exception, representation: Representation = _PLAIN
    ) -> Response:
        """What a request is told that failed so. Raises nothing."""
        log_failure(request, error)
        try:
            refused = failure(
                error, start_index=_start_index(request), representation=representation
            )
        except Exception as another:
            log_failure(request, another)
            refused = _LAST_WORD
        headers = [*refused.headers.items()]
        if isinstance(error, Unauthenticated) and credentials.showed_basic(request):
            headers.append(("WWW-Authenticate", 'Basic realm="Dealwright", charset="UTF-8"'))
        return Response(refused.status, refused.body, headers)


def _page_of(pages: Mapping[str, Page], path: str) -> Page | None:
    folder = path.rpartition("/")[0]
    return pages.get(path) or (pages.get(folder + "/") if folder else None)


def _run(context: RequestContext, route: Route, arguments: list[Any]) -> Awaitable[object]:
    handler = route.handler
    match route.mode:
        case Mode.DIRECT:
            return handler(context, *arguments)
        case Mode.READ | Mode.HEAVY as mode:
            heavy = mode is Mode.HEAVY or (
                route.is_heavy is not None and route.is_heavy(*arguments)
            )
            return context.read(lambda work: handler(work, *arguments), heavy=heavy)
        case mode:
            return context.write(
                lambda work: handler(work, *arguments), transaction=mode is Mode.TRANSACTION
            )


def _key(route: Route, request: Request) -> str:
    """The Idempotency-Key of a request for which it counts, else empty."""
    matters = route.method == "POST" and route.idempotent
    return request.header(b"idempotency-key") if matters else ""


async def _once(
    context: RequestContext,
    route: Route,
    key: str,
    hashed: str,
    arguments: list[Any],
    page: Paging,
    representation: Representation,
) -> Response:
    """Runs a POST at most once for its Idempotency-Key; a repeated one gets the first answer."""
    place = idempotency.place(context.actor.id, f"{route.method} {context.request.path}", key)

    async def job(work: Any) -> Response:
        kept = await idempotency.claim(work.session, place, hashed, now=context.now)
        if kept is not None:
            return _replay(kept)
        result = await route.handler(work, *arguments)
        response = _success(context.request, route, result, page, representation)
        headers = dict(response.headers)
        answer = idempotency.Kept(
            response.status, response.body.decode(), headers["Content-Type"], headers.get("ETag")
        )
        await idempotency.keep(work.session, place, hashed, answer, now=context.now)
        return response

    result: Response = await context.write(job, transaction=True)
    return result


def _replay(kept: idempotency.Kept) -> Response:
    headers = [
        ("Content-Type", kept.content_type),
        ("Vary", "Accept"),
        ("Idempotency-Replayed", "true"),
    ]
    if kept.etag:
        headers.append(("ETag", kept.etag))
    return Response(kept.status, kept.answer.encode(), headers)


def _success(
    request: Request, route: Route, result: object, page: Paging, representation: Representation
) -> Response:
    status, headers = (
        route.status,
        [("Content-Type", representation.content_type), ("Vary", "Accept")],
    )
    if isinstance(result, Response):
        return result
    if isinstance(result, Answer):
        status = result.status or status
        headers += result.headers.items()
        if result.etag:
            headers.append(("ETag", f'"{result.etag}"'))
            if route.method == "GET" and _has_it(request.header(b"if-none-match"), result.etag):
                return Response(304, b"", headers[1:])
        result = result.value
    body = success(
        result, method=request.method, status=status, paging=page, representation=representation
    )
    return Response(status, body, headers)


def _has_it(sent: str, etag: str) -> bool:
    return bool(sent) and (sent.strip() == "*" or etag in entity_tags(sent))


def entity_tags(header: str) -> frozenset[str]:
    """The entity tags of an If-Match or If-None-Match header, without quotes; `*` stands for
    itself."""
    named = (tag.strip().removeprefix("W/").strip('"') for tag in header.split(","))
    return frozenset(tag for tag in named if tag)


def _demand_usable(request: Request) -> None:
    """A condition that cannot be read is none that holds. Raises Stale."""
    if b"if-match" in request.headers and not entity_tags(request.header(b"if-match")):
        raise Stale("If-Match names no entity tag: it must be * or tags in double quotes")


def _start_index(request: Request) -> int:
    if b"startindex" not in request.query.lower():
        return 0
    try:
        return paging(parse.query(request.query)).start_index
    except Exception:  # what cannot be read stands nowhere
        return 0

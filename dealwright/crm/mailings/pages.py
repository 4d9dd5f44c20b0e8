"""The unsubscribe page that each email of a mailing links to.

A GET changes nothing: programs open links too. Mail programs send the POST of RFC 8058, people
press the button.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from dealwright.access import ANONYMOUS
from dealwright.crm.mailings import actions
from dealwright.crm.mailings.emails import PACKAGE, REFUSE
from dealwright.errors import Malformed
from dealwright.messages.mail.emails import words
from dealwright.portal.organisation.queries import current
from dealwright.wire import parse
from dealwright.wire.context import RequestContext, Site
from dealwright.wire.exchange import Request, Response
from dealwright.work import Work

Page = Callable[[Request], Awaitable[Response]]
STYLE = "/static/letters.css"
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_templates = Environment(
    loader=PackageLoader("dealwright.crm.mailings"), autoescape=True, undefined=StrictUndefined
)


class Pages(NamedTuple):
    """The pages by their paths."""

    shown: Mapping[str, Page]
    posted: Mapping[str, Page]


def pages(site: Site, clock: Callable[[], int]) -> Pages:
    async def ask(request: Request) -> Response:
        context = RequestContext(site, request, ANONYMOUS, clock())
        address, texts = await context.read(lambda work: _question(work, request))
        return _page(texts, address, is_done=False)

    async def unsubscribe(request: Request) -> Response:
        context = RequestContext(site, request, ANONYMOUS, clock())
        address, texts = await context.write(lambda work: _unsubscribe(work, request))
        return _page(texts, address, is_done=True)

    return Pages({REFUSE: ask}, {REFUSE: unsubscribe})


async def _question(work: Work, request: Request) -> tuple[str | None, Mapping[str, str]]:
    return await actions.subscriber(work, _token(request)), await _words(work)


async def _unsubscribe(work: Work, request: Request) -> tuple[str | None, Mapping[str, str]]:
    return await actions.unsubscribe(work, _token(request)), await _words(work)


async def _words(work: Work) -> Mapping[str, str]:
    language = (await work.cached(current)).language
    return {**words(PACKAGE, language), "language": language}


def _token(request: Request) -> str:
    try:
        return dict(parse.pairs(request.query)).get("token", "")
    except Malformed:
        return ""


def _page(texts: Mapping[str, str], address: str | None, *, is_done: bool) -> Response:
    sentence = "unknown" if address is None else "done" if is_done else "question"
    body = _templates.get_template("refuse.html").render(
        language=texts["language"],
        style=STYLE,
        title=texts["page.title"],
        sentence=texts[f"page.{sentence}"].format_map({"address": address}),
        confirm=texts["page.confirm"] if sentence == "question" else "",
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", _POLICY),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("X-Robots-Tag", "noindex"),
    ]
    return Response(400 if address is None else 200, body.encode(), headers)

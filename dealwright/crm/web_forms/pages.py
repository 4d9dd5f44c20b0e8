"""The public side of web forms: a page to fill in, and an address that accepts forms from other
pages. Nobody is signed in here, and nothing of the portal is shown but the form itself."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple

from dealwright.access import ANONYMOUS
from dealwright.crm.web_forms import receiving, repository, rules, sheets, submissions
from dealwright.crm.web_forms.limits import Limits
from dealwright.crm.web_forms.shapes import HANDLER, PAGE
from dealwright.crm.web_forms.sheets import Notice, Sheet
from dealwright.crm.web_forms.submissions import Submission
from dealwright.errors import CrmError, Invalid, NotFound, TooLarge, TooMany
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.organisation.queries import current
from dealwright.wire import parse
from dealwright.wire.charsets import charset_of
from dealwright.wire.context import RequestContext, Site
from dealwright.wire.exchange import Request, Response
from dealwright.wire.multipart import multipart
from dealwright.work import Work

Page = Callable[[Request], Awaitable[Response]]

THANKS = f"{PAGE}thanks/"
LONGEST = 256 * 1024  # bytes of a form
MOST_FIELDS = 300


class Pages(NamedTuple):
    """The pages by their paths; a path that ends with a slash includes everything directly below
    it."""

    shown: Mapping[str, Page]
    posted: Mapping[str, Page]


def pages(site: Site, clock: Callable[[], int], limits: Limits | None = None) -> Pages:
    form_pages = FormPages(site, clock, limits or Limits())
    return Pages(
        {PAGE: form_pages.show, THANKS: form_pages.show_thanks},
        {PAGE: form_pages.fill, HANDLER: form_pages.accept},
    )


class FormPages:
    """Shows forms and accepts submissions."""

    def __init__(self, site: Site, clock: Callable[[], int], limits: Limits) -> None:
        self._site, self._clock, self._limits = site, clock, limits

    async def show(self, request: Request) -> Response:
        """Shows the empty page of a form."""
        try:
            sheet = await self._sheet(request, _key(request))
            params = dict(parse.pairs(request.query)).get("return_url", "")
        except CrmError as refused:
            return await self._refused(request, refused)
        return sheet.page(return_url=params)

    async def show_thanks(self, request: Request) -> Response:
        """Shows thanks after a submission."""
        try:
            sheet = await self._sheet(request, _key(request))
        except CrmError as refused:
            return await self._refused(request, refused)
        words = sheets.words_of(sheet.language)
        text = sheet.form.choices.thanks or words["page.received"]
        link = f"{PAGE}{sheet.form.form_key}"
        return sheets.message(sheet.language, words["page.thanks"], text, link=link)

    async def fill(self, request: Request) -> Response:
        """Accepts a submission of the page; shows the page again if there are mistakes."""
        try:
            sheet = await self._sheet(request, _key(request))
            sent = submissions.read(await _pairs(request), sheet.fields)
        except CrmError as refused:
            return await self._refused(request, refused)
        if sent.mistakes:
            return sheet.page(sent, status=400)
        words = sheets.words_of(sheet.language)
        try:
            await self._receive(request, sheet, sent)
        except TooMany as often:
            notice = Notice(words["page.often"], words["page.wait"])
            wait = [("Retry-After", str(often.retry_after))]
            return sheet.page(sent, status=429, notice=notice, headers=wait)
        except Invalid as refused:
            return sheet.page(sent, status=400, notice=Notice(words["page.broken"], refused.text))
        return _go(303, sheet, sent)

    async def accept(self, request: Request) -> Response:
        """Accepts a submission from another page, as the reference does: 302 on success, else
        text."""
        try:
            pairs = await _pairs(request)
            key = next((value for name, value in pairs if name.lower() == "web_form_key"), "")
            sheet = await self._sheet(request, key)
            sent = submissions.read(pairs, sheet.fields)
            if sent.mistakes:
                return _text(400, sheet.mistakes(sent))
            await self._receive(request, sheet, sent)
        except TooMany as often:
            return _text(429, often.text, [("Retry-After", str(often.retry_after))])
        except NotFound:
            return _text(404, "Not found: web_form_key must be the key of an open web form")
        except CrmError as refused:
            return _text(413 if isinstance(refused, TooLarge) else 400, refused.text)
        return _go(302, sheet, sent)

    async def _sheet(self, request: Request, key: str) -> Sheet:
        """Raises NotFound for a key without a form."""
        return await self._context(request).read(partial(_opened, key=key))  # type: ignore[no-any-return]

    async def _receive(self, request: Request, sheet: Sheet, sent: Submission) -> None:
        """Raises TooMany, Invalid. A submission with the hidden field filled in comes from a bot:
        it is dropped and gets the answer of a success."""
        self._limits.demand(sheet.form.form_key, request.client, self._clock())
        if not sent.is_trapped:
            keep = partial(receiving.receive, form=sheet.form, sent=sent)
            await self._context(request).write(keep, transaction=True)

    async def _refused(self, request: Request, refused: CrmError) -> Response:
        portal = await self._context(request).read(lambda work: work.cached(current))
        language = sheets.language_of(portal.language)
        words = sheets.words_of(language)
        if isinstance(refused, NotFound):
            return sheets.message(language, words["page.absent"], words["page.gone"], status=404)
        status = 413 if isinstance(refused, TooLarge) else 400
        return sheets.message(language, words["page.broken"], refused.text, status=status)

    def _context(self, request: Request) -> RequestContext:
        return RequestContext(self._site, request, ANONYMOUS, self._clock())


async def _opened(work: Work, *, key: str) -> Sheet:
    form = await repository.by_key(work, key.strip().lower())
    language = sheets.language_of((await work.cached(current)).language)
    return Sheet(form, await work.cached(definitions), language)


async def _pairs(request: Request) -> list[tuple[str, str]]:
    """The fields of a submission in their order, without files. Raises Malformed, TooLarge."""
    body = await request.body(LONGEST)
    content_type = request.header(b"content-type")
    if content_type[:19].lower() == "multipart/form-data":
        pairs, _ = multipart(content_type, body)
    else:
        pairs = parse.pairs(body, charset_of(content_type))
    if len(pairs) > MOST_FIELDS:
        raise TooLarge(f"A form may have at most {MOST_FIELDS} fields")
    return pairs


def _key(request: Request) -> str:
    return request.path.rpartition("/")[2]


def _go(status: int, sheet: Sheet, sent: Submission) -> Response:
    """Redirects to the address that the submission names if the form allows it, else to the
    thanks."""
    # differs: the reference redirects to any address in the request.
    allowed = rules.destination(sent.text("return_url"), sheet.form.choices.return_urls)
    place = allowed or f"{THANKS}{sheet.form.form_key}"
    return Response(status, b"", [("Location", place), ("Cache-Control", "no-store")])


def _text(status: int, text: str, headers: list[tuple[str, str]] | None = None) -> Response:
    always = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    return Response(status, text.encode(), [*always, *(headers or [])])

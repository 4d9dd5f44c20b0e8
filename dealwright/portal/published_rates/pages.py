"""The portal's currency and its dated rates as a page of the settings: set one by one, or loaded
from what a central bank publishes."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from dealwright import access
from dealwright.errors import Invalid, NotFound
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.portal.published_rates import actions as published
from dealwright.portal.rates import actions, queries
from dealwright.portal.rates.actions import RateInput
from dealwright.portal.rates.rules import UNIT, Quote
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.conversion import ConversionError
from dealwright.wire.exchange import Response
from dealwright.wire.multipart import Upload
from dealwright.wire.numbers import read_rate
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
RATES = "/settings/rates"
LARGEST = 512 * 1024  # bytes of a file: a day, or 90 days of the European Central Bank
SHOWN = 400  # days of a history
OLD = 30  # days, after which a rate is called old
_EPOCH = date(1970, 1, 1)


class PairPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class Sent(msgspec.Struct, kw_only=True, frozen=True):
    file: tuple[Upload, ...] = ()


class RateView(NamedTuple):
    """A rate of today; `rate` in full, without an exponent."""

    id: int
    source: str
    target: str
    rate: str
    day: date
    is_old: bool


@page.get("settings/rates")
async def show(page: PageRequest) -> Response:
    """The portal's currency and the rates that count today."""
    return await _rates(page)


@page.post("settings/rates")
async def put(page: PageRequest) -> Response:
    """Sets today's rate of two currencies; 0 ends it."""
    source, target = page.text("from"), page.text("to")

    async def change(work: Work) -> str:
        before = (await queries.newest(work)).get((source, target))
        await actions.put(work, RateInput(source, target, _rate(page.text("rate"))))
        old = _text(before.rate) if before else "0"
        return forms.undo_by(RATES, {"from": source, "to": target, "rate": old})

    said = page.say("%(source)s to %(target)s: saved", source=source, target=target)
    return await _saved(page, change, said)


@page.post("settings/rates/currency")
async def choose(page: PageRequest) -> Response:
    """Sets the portal's currency."""
    code = page.text("currency")

    async def change(work: Work) -> str:
        before = (await work.cached(current)).currency
        await actions.choose(work, code)
        return forms.undo_by(f"{RATES}/currency", {"currency": before})

    return await _saved(page, change, page.say("Sums are in %(code)s now", code=code))


@page.get("settings/rates/{id:id}")
async def history(page: PageRequest, params: PairPath) -> Response:
    """The rates of two currencies, day by day."""

    async def look(work: Work) -> dict[str, Any]:
        pairs = {id: codes for codes, id in (await queries.ids(work)).items()}
        if params.id not in pairs:
            raise NotFound
        rows = await work.fetch(queries.HISTORY, id=params.id, most=SHOWN)
        source, target = pairs[params.id]
        rates = [(_EPOCH + timedelta(days=day), _text(rate)) for day, rate in rows]
        return {"source": source, "target": target, "rates": rates}

    values = await page.read(look)
    return page.page("portal/published_rates/history.html", most=SHOWN, **values)


@page.post("settings/rates/{id:id}/end")
async def end(page: PageRequest, params: PairPath) -> Response:
    """Ends a rate from today."""

    async def change(work: Work) -> str:
        gone = await actions.end(work, params.id)
        old = {"from": gone.from_currency, "to": gone.to_currency, "rate": _text(gone.rate)}
        return forms.undo_by(RATES, old)

    return await _saved(page, change, page.say("The rate has ended"))


@page.post("settings/rates/load")
async def load(page: PageRequest, params: Sent) -> Response:
    """Loads the rates of a file, each for its own day."""
    stored = [each.content.stored for each in params.file if each.content is not None]
    try:
        if not stored or not stored[0].size:
            raise Invalid("file", "must be chosen")
        if stored[0].size > LARGEST:
            raise Invalid("file", f"must have at most {LARGEST} bytes, not {stored[0].size}")
        files = page.context.files
        content = b"".join([piece async for piece in files.read(stored[0].name)])
        done = await page.write(lambda work: published.load(work, content), transaction=True)
    except Invalid as error:
        return await _rates(page, error.text)
    finally:
        await page.context.files.delete([each.name for each in stored])
    days = page.say_many("%(n)s day", "%(n)s days", done.days)
    page.toast(page.say("%(n)s rates of %(days)s loaded", n=done.rates, days=days))
    return page.redirect(RATES)


def _rate(text: str) -> int:
    try:
        return read_rate(text.replace(",", ".").replace("\xa0", "").replace(" ", "") or "0")
    except ConversionError as unfit:
        raise Invalid("rate", unfit.expected) from None


def _text(rate: int) -> str:
    return f"{Decimal(rate) / UNIT:f}"


def _view(quote: Quote, today: int) -> RateView:
    day = _EPOCH + timedelta(days=quote.day)
    source, target = quote.codes
    return RateView(quote.id, source, target, _text(quote.rate), day, today - quote.day > OLD)


async def _rates(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        today = queries.today(work)
        return {
            "rates": [_view(each, today) for each in await actions.every(work)],
            "base": (await work.cached(current)).currency,
        }

    values = await page.read(look)
    codes = [(code, f"{code} · {facts.title}") for code, facts in sorted(CURRENCIES.items())]
    template, status = "portal/published_rates/settings.html", 400 if problem else 200
    return page.page(
        template, status=status, codes=codes, problem=problem, largest=LARGEST // 1024, **values
    )


async def _saved(page: PageRequest, change: Any, said: str) -> Response:
    return await forms.saved(
        page, change, said=said, back=RATES, show=lambda problem: _rates(page, problem)
    )

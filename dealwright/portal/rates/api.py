"""Routes of currencies: the portal's own, the rates between them, and converting."""

from datetime import tzinfo
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.rates import actions, shapes
from dealwright.portal.rates.queries import counting
from dealwright.portal.rates.shapes import CurrencyRate, CurrencyRateInfo
from dealwright.wire.conversion import ConversionError, quoted
from dealwright.wire.numbers import read_rate
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.shape import MoneyNumber
from dealwright.wire.values import Id, Money, Reader, money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


def _read(value: object, zone: tzinfo | None = None) -> int:
    """A rate; refusals use the words that clients know."""
    try:
        return read_rate(value)
    except ConversionError as unfit:
        text = f"Invalid currency rate: {quoted(str(value))}"
        raise ConversionError(unfit.expected, text=text, readable=True) from None


Rate = Annotated[int, Reader("rate", _read)]


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    currency: str = ""


class ConversionParams(msgspec.Struct, kw_only=True, frozen=True):
    amount: Money = 0
    from_currency: str = ""
    to_currency: str = ""


class RatePath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class OfPair(msgspec.Struct, kw_only=True, frozen=True):
    from_currency: str
    to_currency: str


class RateInput(msgspec.Struct, kw_only=True, frozen=True):
    """How many units of `toCurrency` one of `fromCurrency` is worth, to nine places.

    0 ends the pair from today.
    """

    from_currency: str = ""
    to_currency: str = ""
    rate: Rate | None = None


class Change(RateInput, kw_only=True, frozen=True):
    id: Id


class RateBody(msgspec.Struct, kw_only=True, frozen=True):
    rates: list[RateInput] = []


class WholeTable(RateBody, kw_only=True, frozen=True):
    currency: str = ""


@route.get("settings/currency")
async def currencies(work: Work, paging: Paging) -> Listing[Currency]:
    """Lists the currencies."""
    return arrange(sorted(catalogue().values(), key=lambda each: each.abbreviation), paging)


@route.put("settings/currency")
async def choose(work: Work, params: Chosen) -> Currency:
    """Sets the portal's currency, in which sums are shown. For administrators.

    Amounts keep the currencies they were given in.
    """
    code = params.currency.upper()
    await actions.choose(work, code)
    return catalogue()[code]


@route.get("settings/currency/convert")
async def convert(work: Work, params: ConversionParams) -> MoneyNumber:
    """Converts an amount by today's rates, to four places; without a rate the answer is 404."""
    return money(
        await actions.convert(work, params.amount, params.from_currency, params.to_currency)
    )


@route.get("settings/currency/summarytable")
async def summary_table(work: Work, params: Chosen) -> list[CurrencyRateInfo]:
    """Lists the worth of one unit of a currency in every currency that a rate leads to."""
    code = params.currency.upper()
    actions.demand_currency(code)
    return shapes.table(await counting(work), code)


@route.get("currency/rates")
async def rates(work: Work, paging: Paging) -> Listing[CurrencyRate]:
    """Lists the rate of every pair that applies today."""
    return arrange([shapes.shown(quote) for quote in await actions.every(work)], paging)


@route.get("currency/rates/{id:id}")
async def one(work: Work, params: RatePath) -> CurrencyRate:
    """Gives the rate of a pair by its id."""
    return shapes.shown(await actions.one(work, params.id))


@route.get("currency/rates/{fromCurrency}/{toCurrency}")
async def of_pair(work: Work, params: OfPair) -> CurrencyRate:
    """Gives the rate of a pair by its currencies."""
    return shapes.shown(await actions.of_pair(work, params.from_currency, params.to_currency))


@route.post("currency/rates", mode=Mode.TRANSACTION)
async def create(work: Work, params: RateInput) -> CurrencyRate:
    """Sets today's rate of a pair of currencies. For administrators."""
    return shapes.shown(await actions.put(work, _wish(params)))


@route.put("currency/rates/{id:id}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> CurrencyRate:
    """Sets today's rate of the pair with an id. For administrators."""
    return shapes.shown(await actions.change(work, params.id, _wish(params)))


@route.delete("currency/rates/{id:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: RatePath) -> CurrencyRate:
    """Ends a pair from today and gives its rate as it was. For administrators."""
    return shapes.shown(await actions.end(work, params.id))


@route.post("currency/setrates", mode=Mode.TRANSACTION)
async def replace_all(work: Work, params: WholeTable) -> list[CurrencyRate]:
    """Sets the portal's currency and all rates: other pairs end today. For administrators."""
    quotes = await actions.replace_all(work, params.currency.upper(), _wishes(params))
    return [shapes.shown(quote) for quote in quotes]


@route.post("currency/addrates", mode=Mode.TRANSACTION)
async def add_all(work: Work, params: RateBody) -> list[CurrencyRate]:
    """Sets today's rates of several pairs and gives all rates. For administrators."""
    return [shapes.shown(quote) for quote in await actions.put_many(work, _wishes(params))]


def _wishes(params: RateBody) -> list[actions.RateInput]:
    return [_wish(each) for each in params.rates]


def _wish(params: RateInput) -> actions.RateInput:
    return actions.RateInput(params.from_currency, params.to_currency, params.rate)

"""How currency rates look on the wire."""

from dealwright.portal.currencies.shapes import catalogue
from dealwright.portal.rates.rules import UNIT, Quote, Rates, rounded
from dealwright.wire.shape import MoneyNumber, Shape
from dealwright.wire.values import rate


class CurrencyRate(Shape, kw_only=True):
    """How many units of one currency a unit of another is worth."""

    from_currency: str
    to_currency: str
    rate: MoneyNumber
    id: int


class CurrencyRateInfo(Shape, kw_only=True):
    """A currency, and how many units of it a unit of the requested one is worth."""

    rate: MoneyNumber
    title: str
    symbol: str
    abbreviation: str
    culture_name: str
    is_convertible: bool
    is_basic: bool


def shown(quote: Quote) -> CurrencyRate:
    return CurrencyRate(
        from_currency=quote.from_currency,
        to_currency=quote.to_currency,
        rate=rate(quote.rate),
        id=quote.id,
    )


def table(rates: Rates, code: str) -> list[CurrencyRateInfo]:
    """The currency itself and every other that it can be converted to, to nine places."""
    found = []
    for currency in catalogue().values():
        worth = rates.between(code, currency.abbreviation)
        if worth is not None:
            found.append(
                CurrencyRateInfo(
                    rate=rate(rounded(worth.factor * UNIT)),
                    title=currency.title,
                    symbol=currency.symbol,
                    abbreviation=currency.abbreviation,
                    culture_name=currency.culture_name,
                    is_convertible=currency.is_convertible,
                    is_basic=currency.is_basic,
                )
            )
    return found

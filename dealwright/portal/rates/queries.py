"""SQL about currency pairs and their dated rates."""

from sqlalchemy import Integer, bindparam, func, select

from dealwright.portal.organisation.queries import current
from dealwright.portal.rates.rules import Codes, Quote, Rates, day_of
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work

pair = schema.currency_pair
rate = schema.currency_rate

_older = rate.alias("older")
_newest = (
    select(func.max(_older.c.day))
    .where(_older.c.pair_id == pair.c.id, _older.c.day <= bindparam("today", type_=Integer()))
    .correlate(pair)
    .scalar_subquery()
)
QUOTES = Statement(
    select(pair.c.id, pair.c.from_currency, pair.c.to_currency, rate.c.rate, rate.c.day)
    .select_from(pair.join(rate, rate.c.pair_id == pair.c.id))
    .where(rate.c.day == _newest, rate.c.rate > constant(0))
    .order_by(pair.c.from_currency, pair.c.to_currency)
)
PAIRS = Statement(select(pair.c.id, pair.c.from_currency, pair.c.to_currency))


# The newest rates of the pair `id`, 0 where it ended: rows of (day, rate).
HISTORY = Statement(
    select(rate.c.day, rate.c.rate)
    .where(rate.c.pair_id == bindparam("id", type_=Integer()))
    .order_by(rate.c.day.desc())
    .limit(bindparam("most", type_=Integer()))
)


async def newest(work: Work) -> dict[Codes, Quote]:
    """The rates that apply today: the newest of each pair, without those of future days.

    A pair that has ended has none.
    """
    rows = await work.fetch(QUOTES, today=today(work))
    quotes = [Quote(*row) for row in rows]
    return {quote.codes: quote for quote in quotes}


async def counting(work: Work) -> Rates:
    """The same, with the portal's currency, through which all others are converted."""
    base = (await work.cached(current)).currency
    return Rates(await newest(work), base, today(work))


async def on_day(work: Work, day: int, *, currency: str) -> Rates:
    """The rates that counted on a day, for amounts of one currency: none is asked for where that is
    the portal's."""
    base = (await work.cached(current)).currency
    quotes: dict[Codes, Quote] = {}
    if currency != base:
        rows = await work.fetch(QUOTES, today=day)
        quotes = {quote.codes: quote for quote in (Quote(*row) for row in rows)}
    return Rates(quotes, base, day)


async def ids(work: Work) -> dict[Codes, int]:
    """Every pair that was ever set."""
    return {(source, target): id for id, source, target in await work.fetch(PAIRS)}


def today(work: Work) -> int:
    """Today's day in the portal's time zone."""
    return day_of(work.now, work.settings.timezone)

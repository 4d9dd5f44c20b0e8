"""Sets, replaces and ends currency rates, and chooses the portal's currency.

A write is for today in the portal's time zone: it replaces only what was written today, so rates of
the past stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dealwright import access
from dealwright.errors import Invalid, NotFound
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.portal.rates import queries
from dealwright.portal.rates.rules import Codes, Quote, demand_pair, demand_rate, rounded
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, PutMany, Update
from dealwright.work import Work

ENTITY = "currency_rate"


class RateInput(NamedTuple):
    """A rate as it is to be; 0 ends the pair."""

    from_currency: str
    to_currency: str
    rate: int | None

    @property
    def codes(self) -> Codes:
        return self.from_currency, self.to_currency


async def one(work: Work, pair_id: int) -> Quote:
    """The rate of a pair that applies today. Raises Invalid, NotFound."""
    if pair_id <= 0:
        raise Invalid("id", "must be the id of a currency rate")
    for quote in (await queries.newest(work)).values():
        if quote.id == pair_id:
            return quote
    raise NotFound(f"Not found: there is no currency rate {pair_id}")


async def of_pair(work: Work, source: str, target: str) -> Quote:
    """The same, by the two currencies in any case."""
    codes = source.upper(), target.upper()
    quote = (await queries.newest(work)).get(codes)
    if quote is None:
        raise _no_rate(*codes)
    return quote


async def convert(work: Work, amount: int, source: str, target: str) -> int:
    """The worth of an amount, in 1/10 000; unchanged if a currency is missing or both are the same.

    Raises NotFound without a rate.
    """
    # differs: uses the portal's own rates, where the reference uses other ones, from elsewhere.
    codes = source.upper(), target.upper()
    if not all(codes) or codes[0] == codes[1]:
        return amount
    worth = (await queries.counting(work)).between(*codes)
    if worth is None:
        raise _no_rate(*codes)
    return rounded(amount * worth.factor)


async def put(work: Work, rate_input: RateInput) -> Quote:
    """Sets today's rate of a pair, new or known; 0 ends it. Returns the rate as it is now, or as it
    was.

    Raises Forbidden, Invalid, and NotFound if there is nothing to end. Needs a transaction.
    """
    # differs: the reference lets every user do it.
    access.demand_admin(work.actor)
    demand_pair(*rate_input.codes, known=CURRENCIES)
    ended = None if demand_rate(rate_input.rate) else await of_pair(work, *rate_input.codes)
    await _store(work, [rate_input])
    return ended or await of_pair(work, *rate_input.codes)


async def change(work: Work, pair_id: int, rate_input: RateInput) -> Quote:
    """The same by id. The pair stays the same pair, so its currencies may be absent."""
    access.demand_admin(work.actor)
    wanted = demand_rate(rate_input.rate)
    before = await one(work, pair_id)
    for parameter, sent, stored in (
        ("fromCurrency", rate_input.from_currency, before.from_currency),
        ("toCurrency", rate_input.to_currency, before.to_currency),
    ):
        if sent and sent != stored:
            raise Invalid(parameter, f"must be {stored} or absent: the id belongs to that pair")
    await _store(work, [RateInput(*before.codes, wanted)])
    return await one(work, pair_id) if wanted else before


async def end(work: Work, pair_id: int) -> Quote:
    """Ends a pair from today; its rates of earlier days stay. Returns the rate as it was."""
    return await change(work, pair_id, RateInput("", "", 0))


async def put_many(work: Work, inputs: Sequence[RateInput]) -> list[Quote]:
    """Sets today's rates of these pairs and returns all rates."""
    access.demand_admin(work.actor)
    _demand(inputs)
    await _store(work, inputs)
    return await every(work)


async def replace_all(work: Work, currency: str, inputs: Sequence[RateInput]) -> list[Quote]:
    """Makes these the only rates from today, and `currency` the portal's; returns all rates."""
    access.demand_admin(work.actor)
    demand_currency(currency)
    _demand(inputs)
    named = {rate_input.codes for rate_input in inputs}
    others = [RateInput(*codes, 0) for codes in await queries.newest(work) if codes not in named]
    await _store(work, [*others, *inputs])
    await choose(work, currency)
    return await every(work)


async def every(work: Work) -> list[Quote]:
    """The rate of every pair that applies today."""
    return [*(await queries.newest(work)).values()]


def demand_currency(code: str) -> None:
    """The code of a currency, in capital letters. Raises Invalid."""
    if code not in CURRENCIES:
        raise Invalid("currency", f"must be one of GET crm/settings/currency, not {code!r}")


async def choose(work: Work, currency: str) -> None:
    """Sets the portal's currency; amounts keep their own. Raises Forbidden, Invalid."""
    access.demand_admin(work.actor)
    demand_currency(currency)
    before = (await work.cached(current)).currency
    if currency == before:
        return
    audit_entry = entry(work, "portal", "updated", [("currency", before, currency)])
    await work.save(Change(Update(schema.portal, 1, {"currency": currency}), (audit_entry,)))
    work.invalidate(current)


def _demand(inputs: Sequence[RateInput]) -> None:
    # differs: in the reference a table without rates, even by mistake, ends every pair.
    if not inputs:
        raise Invalid("rates", "must hold at least one rate")
    for place, rate_input in enumerate(inputs):
        within = f"rates[{place}]."
        demand_pair(*rate_input.codes, known=CURRENCIES, within=within)
        demand_rate(rate_input.rate, within=within)


def _no_rate(source: str, target: str) -> NotFound:
    return NotFound(f"Not found: there is no currency rate from {source} to {target}")


async def _store(work: Work, inputs: Iterable[RateInput]) -> None:
    """Writes today's rates. Of two for one pair the last counts. Refuses to end a pair that has no
    rate."""
    before = await queries.newest(work)
    wanted = {rate_input.codes: rate_input.rate or 0 for rate_input in inputs}
    wanted = {codes: rate for codes, rate in wanted.items() if rate or codes in before}
    if not wanted:
        return
    ids = await _ids(work, wanted)
    rows = [{"pair_id": ids[codes], "rate": rate} for codes, rate in wanted.items()]
    put = PutMany(schema.currency_rate, {"day": queries.today(work)}, rows, "update")
    audit_entries = [
        _audit_entry(work, before.get(codes), rate, ids[codes]) for codes, rate in wanted.items()
    ]
    await work.save(Change(None, (put, PutMany(schema.audit, {}, audit_entries))))


async def _ids(work: Work, wanted: Iterable[Codes]) -> dict[Codes, int]:
    """The ids of the pairs, which never change."""
    known = await queries.ids(work)
    new = [codes for codes in wanted if codes not in known]
    if not new:
        return known
    rows = [{"from_currency": source, "to_currency": target} for source, target in new]
    await work.save(Change(None, (PutMany(schema.currency_pair, {}, rows, "nothing"),)))
    return await queries.ids(work)


def _audit_entry(work: Work, before: Quote | None, rate: int, pair_id: int) -> Mapping[str, Any]:
    """A row of the audit."""
    old = before.rate if before else None
    action = "ended" if not rate else "created" if old is None else "updated"
    return entry(work, ENTITY, action, [("rate", old, rate or None)], entity_id=pair_id).values

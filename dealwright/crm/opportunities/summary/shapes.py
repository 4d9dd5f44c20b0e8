"""The wire form of the sums of a pipeline."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from dealwright.crm.opportunities.summary.rules import Group, Sums, add_up, convert
from dealwright.portal.rates.rules import Rates, rounded, start_of
from dealwright.portal.stages.shapes import StageBase
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money


class CurrencySum(Shape, kw_only=True):
    """What the opportunities of one currency are worth; `weighted` multiplies each by its success
    probability."""

    currency: str
    sum: MoneyNumber
    weighted: MoneyNumber


class PipelineSum(Shape, kw_only=True):
    """The number of opportunities and their worth, by currency and in the portal's currency.

    `converted` and `weighted` leave out the currencies of `missingRates`.
    """

    count: int
    sums: list[CurrencySum]
    converted: MoneyNumber
    weighted: MoneyNumber


class StageSum(Shape, kw_only=True):
    """The sums of one stage."""

    stage: StageBase
    count: int
    sums: list[CurrencySum]
    converted: MoneyNumber
    weighted: MoneyNumber


class Summary(Shape, kw_only=True):
    """`ratesOn` is the date of the oldest rate that was used, today if none was needed."""

    currency: str
    rates_on: MomentText
    missing_rates: list[str]
    total: PipelineSum
    stages: list[StageSum]


class Factors(NamedTuple):
    """The rates into the portal's currency, the currencies without a rate, and the oldest date
    used."""

    known: Mapping[str, Fraction]
    missing: list[str]
    day: int


def summary(
    groups: Iterable[Group], stages: Mapping[int, StageBase], rates: Rates, moments: Moments
) -> Summary:
    """Every stage in its order, including stages without opportunities."""
    listed = [*groups]
    by_stage: dict[int, list[Group]] = {stage: [] for stage in stages}
    for group in listed:
        by_stage.setdefault(group.stage_id, []).append(group)
    total = add_up(listed)
    factors = _factors(total, rates)
    return Summary(
        currency=rates.base,
        rates_on=moments(start_of(factors.day, moments.zone)),
        missing_rates=factors.missing,
        total=_pipeline(total, factors),
        stages=[_stage(stage, add_up(by_stage[id]), factors) for id, stage in stages.items()],
    )


def _factors(total: Sums, rates: Rates) -> Factors:
    worths = {code: rates.between(code, rates.base) for code in total.by_currency}
    known = {code: worth for code, worth in worths.items() if worth is not None}
    return Factors(
        {code: worth.factor for code, worth in known.items()},
        [code for code in worths if code not in known],
        min((worth.day for worth in known.values()), default=rates.today),
    )


def _pipeline(sums: Sums, factors: Factors) -> PipelineSum:
    whole = convert(sums.by_currency, factors.known)
    return PipelineSum(
        count=sums.number,
        sums=_by_currency(sums),
        converted=money(rounded(whole.plain)),
        weighted=money(rounded(whole.weighted)),
    )


def _stage(stage: StageBase, sums: Sums, factors: Factors) -> StageSum:
    whole = _pipeline(sums, factors)
    return StageSum(
        stage=stage,
        count=whole.count,
        sums=whole.sums,
        converted=whole.converted,
        weighted=whole.weighted,
    )


def _by_currency(sums: Sums) -> list[CurrencySum]:
    return [
        CurrencySum(currency=code, sum=money(each.plain), weighted=money(rounded(each.weighted)))
        for code, each in sums.by_currency.items()
    ]

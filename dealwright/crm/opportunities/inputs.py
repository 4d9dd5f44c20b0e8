"""The values of an opportunity in the form of an input: for pages that edit in place."""

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.crm.opportunities.rules import BidType, Opportunity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """An `OpportunityInput`. Amounts are in 1/10 000 of a unit, moments are microseconds in UTC;
    None and empty lists keep the stored values."""

    title: str
    responsible_id: str | None
    stage_id: int
    bid_currency_abbr: str
    description: str = ""
    contact_id: int = 0
    members: Sequence[int] = ()
    bid_type: int = BidType.FIXED_BID
    bid_value: int = 0
    per_period_value: int = 0
    success_probability: int = 0
    actual_close_date: int | None = None
    expected_close_date: int | None = None
    is_private: bool | None = None
    access_list: Sequence[str] = ()
    external_id: str | None = None


def stored(opportunity: Opportunity) -> Fields:
    """The input that changes nothing of an opportunity."""
    return Fields(
        title=opportunity.title,
        responsible_id=opportunity.responsible_id,
        stage_id=opportunity.stage_id,
        bid_currency_abbr=opportunity.bid_currency,
        description=opportunity.description,
        contact_id=opportunity.contact_id or 0,
        bid_type=opportunity.bid_type,
        bid_value=opportunity.bid_value,
        per_period_value=opportunity.per_period_value,
        success_probability=opportunity.success_probability,
        actual_close_date=opportunity.actual_close_on,
        expected_close_date=opportunity.expected_close_on,
    )

"""What the values of an opportunity must meet, whichever way they come."""

from dealwright.crm.opportunities.rules import Opportunity
from dealwright.errors import Invalid
from dealwright.people.queries import everybody
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.work import Work


async def stage(work: Work, stage_id: int) -> Stage:
    """Raises Invalid for a stage that does not exist."""
    found = (await work.cached(pipeline)).get(stage_id)
    if found is None:
        raise Invalid("stageid", "must be the id of a stage", "Deal milestone is not found")
    return found


def contact(after: Opportunity, before: Opportunity | None, visible: frozenset[int]) -> None:
    """Raises Invalid for a new primary contact that is not `visible`.

    # differs: a contact that the actor may not see is refused like one that does not exist.
    """
    unchanged = before is not None and after.contact_id == before.contact_id
    if after.contact_id is not None and not unchanged and after.contact_id not in visible:
        raise Invalid(
            "contactid", f"must be the id of a contact; there is no contact {after.contact_id}"
        )


def currency(after: Opportunity, before: Opportunity | None) -> None:
    """Raises Invalid for a new currency that does not exist."""
    unchanged = before is not None and after.bid_currency == before.bid_currency
    if not unchanged and after.bid_currency not in CURRENCIES:
        raise Invalid(
            "bidCurrencyAbbr",
            f"must be one of GET crm/settings/currency, not {after.bid_currency!r}",
        )


async def responsible(work: Work, after: Opportunity, before: Opportunity | None) -> None:
    """Raises Invalid for a new responsible user who cannot work with the CRM."""
    if before is not None and after.responsible_id == before.responsible_id:
        return
    person = (await work.cached(everybody)).get(after.responsible_id)
    if person is None or not person.may_be_responsible:
        raise Invalid(
            "responsibleid",
            f"must be the id of an active user with access to the CRM, not {after.responsible_id}",
        )

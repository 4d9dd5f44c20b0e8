"""Changes that the forms of a card make. Each gives the token that takes it back."""

from dataclasses import dataclass, replace

from dealwright.crm.opportunities import actions, repository
from dealwright.crm.opportunities.inputs import Fields, stored
from dealwright.crm.opportunities.undo import actions as undoing
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import NEW_RECORDS
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work


@dataclass(frozen=True, slots=True)
class Edit:
    """What the small form of a card holds: an amount in 1/10 000 (None: as it is), the first moment
    of the expected day (None: no day), the id of the responsible (empty: as it is)."""

    amount: int | None = None
    expected_on: int | None = None
    owner: str = ""


async def edit(work: Work, opportunity_id: int, inputs: Edit) -> str:
    """Changes what the small form of a card holds. Raises NotFound, Stale, Invalid."""
    before = (await repository.load(work, opportunity_id)).before
    fields = replace(
        stored(before),
        bid_value=before.bid_value if inputs.amount is None else inputs.amount,
        expected_close_date=inputs.expected_on,
        responsible_id=inputs.owner or before.responsible_id,
    )
    await actions.update(work, opportunity_id, fields, values=(), notify=False)
    return await undoing.token_since(work, before)


async def add(
    work: Work,
    *,
    title: str,
    amount: int,
    currency: str,
    expected_on: int | None,
    stage_id: int,
) -> int:
    """A new opportunity of the actor on top of a column; its id. Raises Invalid."""
    stage = (await work.cached(pipeline)).get(stage_id)
    fields = Fields(
        title=title,
        responsible_id=work.actor.id,
        stage_id=stage_id,
        bid_currency_abbr=currency,
        bid_value=amount,
        success_probability=stage.success_probability if stage else 0,
        expected_close_date=expected_on,
        is_private=(await setting_of(work, NEW_RECORDS)).is_private,
    )
    return await actions.create(work, fields, values=(), notify=False)

"""Creating, changing and deleting opportunities, top to bottom in the order things are refused and
done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dealwright.crm import access_changes
from dealwright.crm.contacts.reads import visible_among
from dealwright.crm.opportunities import queries, repository, rules
from dealwright.crm.opportunities.rules import Opportunity, OpportunityInput
from dealwright.errors import Conflict, Invalid, NotFound
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.people.queries import everybody
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.custom_fields.rules import FieldOwner, merged
from dealwright.portal.custom_fields.shapes import fillable
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.storage.statements.change import Step
from dealwright.work import Work


async def create(
    work: Work, inputs: OpportunityInput, *, values: Iterable[tuple[int, str]], notify: bool
) -> int:
    """A new opportunity; its id. Raises Invalid for whatever is missing or unknown, Conflict for a
    used externalId."""
    rules.require(inputs)
    draft = rules.create(inputs, actor=work.actor.id, now=work.now)
    stage = await _stage(work, draft.stage_id)
    visible = await visible_among(work, [*inputs.members, inputs.contact_id])
    _demand_contact(draft, None, visible)
    _demand_currency(draft, None)
    await _demand_responsible(work, draft, None)
    shared = await access_changes.shared(work, draft, inputs)
    members = frozenset(inputs.members) | ({draft.contact_id} if draft.contact_id else set())
    filled = merged((), values, fields=await fillable(work, FieldOwner.OPPORTUNITY))
    full = replace(shared, values=filled, members=members & visible)
    told = await _told(work, full, None, notify=notify)
    return await repository.add(work, full, stage, told=told)


async def update(
    work: Work,
    opportunity_id: int,
    inputs: OpportunityInput,
    *,
    values: Iterable[tuple[int, str]],
    notify: bool,
) -> None:
    """Replaces every scalar of an opportunity; what the actor does not see of it stays. Raises
    NotFound, Stale, Invalid, Conflict."""
    loaded = await repository.load(work, opportunity_id)
    before = loaded.before
    rules.require(inputs)
    revised = rules.revise(
        before,
        inputs,
        actor=work.actor.id,
        now=work.now,
        contact_is_hidden=loaded.contact_is_hidden,
    )
    stage = await _stage(work, revised.stage_id)
    visible = await visible_among(work, [*inputs.members, inputs.contact_id])
    _demand_contact(revised, before, visible)
    _demand_currency(revised, before)
    await _demand_responsible(work, revised, before)
    revised = await access_changes.shared(work, revised, inputs, before=before)
    if inputs.members:
        revised = replace(
            revised, members=(frozenset(inputs.members) & visible) | loaded.hidden_members
        )
    filled = merged(before.values, values, fields=await fillable(work, FieldOwner.OPPORTUNITY))
    after = replace(revised, values=filled)
    told = await _told(work, after, before, notify=notify)
    await repository.save(work, before, after, "updated", stage=stage, told=told)


async def upsert(
    work: Work, inputs: OpportunityInput, *, values: Iterable[tuple[int, str]], notify: bool
) -> tuple[int, bool]:
    """Creates the opportunity with this externalId or replaces it; its id and whether it is new.

    Raises NotFound when the key belongs to one that the actor does not see, Conflict when to one in
    the trash that he saw.
    """
    statement = queries.by_external_id(work.actor.is_admin)
    found = await work.row(statement, external_id=inputs.external_id, actor=work.actor.id)
    if found is None:
        return await create(work, inputs, values=values, notify=notify), True
    opportunity_id, is_gone, is_seen = found
    if not is_seen:
        raise NotFound
    if is_gone:
        raise Conflict(
            f"The externalId {inputs.external_id!r} belongs to an opportunity in the trash:"
            " restore it first"
        )
    await update(work, opportunity_id, inputs, values=values, notify=notify)
    return opportunity_id, False


async def move(work: Work, opportunity_id: int, stage_id: int) -> None:
    """Puts an opportunity on a stage, with the stage's probability and close date. Raises NotFound,
    Stale."""
    if stage_id <= 0:
        raise Invalid("stageid", "must be the id of a stage")
    loaded = await repository.load(work, opportunity_id)
    found = (await work.cached(pipeline)).get(stage_id)
    if found is None:
        raise NotFound
    stage = rules.Stage(
        id=found.id, stage_type=found.stage_type, success_probability=found.success_probability
    )
    await repository.save(
        work, loaded.before, rules.move(loaded.before, stage, now=work.now), "moved", stage=found
    )


async def share(
    work: Work, opportunity_id: int, *, is_private: bool | None, access_list: Sequence[str]
) -> None:
    """Decides who sees an opportunity. Raises NotFound, Stale, Forbidden, Invalid."""
    await access_changes.share(
        work, repository, opportunity_id, is_private=is_private, access_list=access_list
    )


async def delete(work: Work, opportunity_id: int) -> None:
    """Puts an opportunity into the trash. Raises NotFound, Stale."""
    before = (await repository.load(work, opportunity_id)).before
    await repository.remove(work, before)


async def set_timestamp(work: Work, opportunity_id: int, column: str, moment: int | None) -> None:
    """Sets when an opportunity was created or last changed, for imports. Raises NotFound, Stale,
    Invalid."""
    await access_changes.set_timestamp(work, repository, opportunity_id, column, moment)


async def _stage(work: Work, stage_id: int) -> Stage:
    found = (await work.cached(pipeline)).get(stage_id)
    if found is None:
        raise Invalid("stageid", "must be the id of a stage", "Deal milestone is not found")
    return found


def _demand_contact(
    after: Opportunity, before: Opportunity | None, visible: frozenset[int]
) -> None:
    """# differs: a contact that the actor may not see is refused like one that does not exist."""
    unchanged = before is not None and after.contact_id == before.contact_id
    if after.contact_id is not None and not unchanged and after.contact_id not in visible:
        raise Invalid(
            "contactid", f"must be the id of a contact; there is no contact {after.contact_id}"
        )


def _demand_currency(after: Opportunity, before: Opportunity | None) -> None:
    unchanged = before is not None and after.bid_currency == before.bid_currency
    if not unchanged and after.bid_currency not in CURRENCIES:
        raise Invalid(
            "bidCurrencyAbbr",
            f"must be one of GET crm/settings/currency, not {after.bid_currency!r}",
        )


async def _demand_responsible(work: Work, after: Opportunity, before: Opportunity | None) -> None:
    if before is not None and after.responsible_id == before.responsible_id:
        return
    person = (await work.cached(everybody)).get(after.responsible_id)
    if person is None or not person.may_be_responsible:
        raise Invalid(
            "responsibleid",
            f"must be the id of an active user with access to the CRM, not {after.responsible_id}",
        )


async def _told(
    work: Work, after: Opportunity, before: Opportunity | None, *, notify: bool
) -> tuple[Step, ...]:
    """Tells a new responsible, by mail only if wished, for many may become his at once; and if
    wished everybody on the access list.

    # differs: the reference tells nobody that an opportunity became his.
    """
    is_new = before is None or before.responsible_id != after.responsible_id
    people = [after.responsible_id] if is_new else []
    return (
        *await notify_users(
            work, NotificationKind.RESPONSIBLE, people, about=About.OPPORTUNITY, letters=notify
        ),
        *await access_changes.access_notices(work, repository.KIND, after, notify=notify),
    )

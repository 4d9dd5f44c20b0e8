"""Creates, changes and deletes opportunities. Each action reads in the order of its checks and
steps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dealwright.crm import access_changes
from dealwright.crm.contacts.reads import visible_among
from dealwright.crm.opportunities import demands, queries, repository, rules
from dealwright.crm.opportunities.placing import KEPT, Loss, placed
from dealwright.crm.opportunities.rules import Opportunity, OpportunityInput
from dealwright.errors import ConcurrentUpdate, Conflict, Invalid, NotFound
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.portal.custom_fields.rules import FieldOwner, merged
from dealwright.portal.custom_fields.shapes import fillable
from dealwright.portal.stages.queries import pipeline
from dealwright.storage.statements.change import Step
from dealwright.work import Work


async def create(
    work: Work,
    inputs: OpportunityInput,
    *,
    values: Iterable[tuple[int, str]],
    notify: bool,
    loss: Loss = KEPT,
) -> int:
    """Creates an opportunity and returns its id. Raises Invalid for a missing or unknown value,
    Conflict for an externalId that is in use."""
    rules.require(inputs)
    draft = rules.create(inputs, actor=work.actor.id, now=work.now)
    stage = await demands.stage(work, draft.stage_id)
    visible = await visible_among(work, [*inputs.members, inputs.contact_id])
    demands.contact(draft, None, visible)
    demands.currency(draft, None)
    await demands.responsible(work, draft, None)
    shared = await access_changes.shared(work, draft, inputs)
    members = frozenset(inputs.members) | ({draft.contact_id} if draft.contact_id else set())
    filled = merged((), values, fields=await fillable(work, FieldOwner.OPPORTUNITY))
    full = replace(shared, values=filled, members=members & visible)
    full = await placed(work, full, None, stage, loss=loss)
    notices = await notices_of(work, full, None, notify=notify)
    return await repository.add(work, full, stage, notices=notices)


async def update(
    work: Work,
    opportunity_id: int,
    inputs: OpportunityInput,
    *,
    values: Iterable[tuple[int, str]],
    notify: bool,
    loss: Loss = KEPT,
) -> None:
    """Replaces every scalar of an opportunity. What the actor may not see of it stays. Raises
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
    stage = await demands.stage(work, revised.stage_id)
    visible = await visible_among(work, [*inputs.members, inputs.contact_id])
    demands.contact(revised, before, visible)
    demands.currency(revised, before)
    await demands.responsible(work, revised, before)
    revised = await access_changes.shared(work, revised, inputs, before=before)
    if inputs.members:
        revised = replace(
            revised, members=(frozenset(inputs.members) & visible) | loaded.hidden_members
        )
    filled = merged(before.values, values, fields=await fillable(work, FieldOwner.OPPORTUNITY))
    after = replace(revised, values=filled)
    after = await placed(work, after, before, stage, loss=loss)
    notices = await notices_of(work, after, before, notify=notify)
    await repository.save(work, before, after, "updated", stage=stage, notices=notices)


async def upsert(
    work: Work,
    inputs: OpportunityInput,
    *,
    values: Iterable[tuple[int, str]],
    notify: bool,
    loss: Loss = KEPT,
) -> tuple[int, bool]:
    """Creates the opportunity with this externalId or replaces it. Returns its id and whether it is
    new.

    Raises NotFound when the key belongs to an opportunity that the actor may not see, Conflict when
    it belongs to one in the trash that they could see.
    """
    statement = queries.by_external_id(work.actor.is_admin)
    row = await work.row(statement, external_id=inputs.external_id, actor=work.actor.id)
    if row is None:
        try:
            return await create(work, inputs, values=values, notify=notify, loss=loss), True
        except Conflict as taken:
            # Another request created it since this one looked; the next run finds it.
            raise ConcurrentUpdate from taken
    opportunity_id, is_deleted, is_seen = row
    if not is_seen:
        raise NotFound
    if is_deleted:
        raise Conflict(
            f"The externalId {inputs.external_id!r} belongs to an opportunity in the trash:"
            " restore it first"
        )
    await update(work, opportunity_id, inputs, values=values, notify=notify, loss=loss)
    return opportunity_id, False


async def move(work: Work, opportunity_id: int, stage_id: int) -> None:
    """Moves an opportunity to a stage and sets the probability and close date of that stage. Raises
    NotFound, Stale.

    # differs: a move to the stage where it already is changes nothing, so that a retry does not
    close it a second time.
    """
    if stage_id <= 0:
        raise Invalid("stageid", "must be the id of a stage")
    loaded = await repository.load(work, opportunity_id)
    stage = (await work.cached(pipeline)).get(stage_id)
    if stage is None:
        raise NotFound
    if loaded.before.stage_id == stage_id:
        return
    target = rules.Stage(
        id=stage.id, stage_type=stage.stage_type, success_probability=stage.success_probability
    )
    moved = rules.move(loaded.before, target, now=work.now)
    after = await placed(work, moved, loaded.before, stage)
    await repository.save(work, loaded.before, after, "moved", stage=stage)


async def share(
    work: Work, opportunity_id: int, *, is_private: bool | None, access_list: Sequence[str]
) -> None:
    """Sets who sees an opportunity. Raises NotFound, Stale, Forbidden, Invalid."""
    await access_changes.share(
        work, repository, opportunity_id, is_private=is_private, access_list=access_list
    )


async def delete(work: Work, opportunity_id: int) -> None:
    """Moves an opportunity to the trash. Raises NotFound, Stale."""
    before = (await repository.load(work, opportunity_id)).before
    await repository.remove(work, before)


async def set_timestamp(work: Work, opportunity_id: int, column: str, moment: int | None) -> None:
    """Sets the time of creation or of the last change (microseconds in UTC), for imports. Raises
    NotFound, Stale, Invalid."""
    await access_changes.set_timestamp(work, repository, opportunity_id, column, moment)


async def notices_of(
    work: Work, after: Opportunity, before: Opportunity | None, *, notify: bool
) -> tuple[Step, ...]:
    """Steps that notify a new responsible user and, with `notify`, everyone on the access list. The
    responsible user gets an email only with `notify`, because one caller may assign many
    opportunities.

    # differs: the reference sends no notification about a new responsible user.
    """
    is_new = before is None or before.responsible_id != after.responsible_id
    people = [after.responsible_id] if is_new else []
    return (
        *await notify_users(
            work, NotificationKind.RESPONSIBLE, people, about=About.OPPORTUNITY, letters=notify
        ),
        *await access_changes.access_notices(work, repository.KIND, after, notify=notify),
    )

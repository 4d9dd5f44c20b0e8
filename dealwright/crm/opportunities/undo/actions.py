"""Taking changes back: by a token that the change gave, or by one entry of the audit trail.

A token is signed, names who it was given to, and holds what was changed from what to what. Nobody
gets by it what they could not set themselves: every old value passes the same demands as a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from dealwright.crm.contacts.reads import visible_among
from dealwright.crm.opportunities import demands, repository
from dealwright.crm.opportunities.placing import Loss, placed
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.crm.opportunities.undo import queries, rules
from dealwright.crm.opportunities.undo.rules import Changed
from dealwright.crm.opportunities.undo.shapes import Outcome, Refused
from dealwright.errors import Conflict, CrmError, Invalid, NotFound
from dealwright.people.actions import demand_workers
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import fillable
from dealwright.portal.organisation.queries import current
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.records.audit.rules import difference
from dealwright.records.sharing import demand_share
from dealwright.wire import cursor
from dealwright.work import Work

DAY = 24 * 3600 * 1_000_000
_PURPOSE = "undo"
Changes = Mapping[int, Sequence[Changed]]


def changes_of(before: Opportunity, after: Opportunity) -> list[Changed]:
    """What would have to be taken back."""
    return [Changed(*each) for each in difference(before, after, without=rules.DERIVED)]


async def token(work: Work, before: Opportunity, after: Opportunity) -> str:
    """What takes a change of one opportunity back; empty when nothing changed."""
    return await token_of(work, {before.id: changes_of(before, after)})


async def token_since(work: Work, before: Opportunity) -> str:
    """The same for a change that is saved already. Raises NotFound when the actor no longer sees
    the opportunity."""
    [*found] = await repository.load_many(work, [before.id])
    return await token(work, before, found[0].before) if found else ""


async def token_of(work: Work, changed: Changes) -> str:
    """What takes the changes of many opportunities back. A field `tags` is a title that came (old
    is None) or went."""
    listed = [[id, *(list(each) for each in changes)] for id, changes in changed.items() if changes]
    if not listed:
        return ""
    secret = (await work.cached(current)).secret
    return cursor.seal(secret, _PURPOSE, [work.actor.id, work.now, listed])


async def undo(work: Work, text: str) -> Outcome:
    """Takes back what a token names, one opportunity after the other. Raises Invalid for a token
    that is not the actor's, or older than a day."""
    done: dict[int, Sequence[Changed]] = {}
    refused = []
    for id, changes in (await _opened(work, text)).items():
        try:
            done[id] = await _revert(work, id, changes)
        except CrmError as error:
            refused.append(Refused(id=id, error=error.text))
    return Outcome(done=[*done], refused=refused, undo=await token_of(work, done))


async def revert(work: Work, opportunity_id: int, entry_id: int) -> str:
    """Takes one entry of an opportunity's audit trail back; the token that takes that back. Raises
    NotFound, Stale, Invalid, and Conflict that names the fields changed since."""
    work_on = await repository.load(work, opportunity_id)
    row = await work.row(queries.ENTRY, entry=entry_id, id=work_on.before.id)
    if row is None:
        raise NotFound
    changes = [Changed(*each) for each in _changes.decode(row[0])]
    if not changes or any(each.field == "title" and each.old is None for each in changes):
        raise Invalid("entryId", "must be an entry that changed values of this opportunity")
    return await token_of(work, {opportunity_id: await _revert(work, opportunity_id, changes)})


_changes = msgspec.json.Decoder(list[tuple[str, Any, Any]])


async def _opened(work: Work, text: str) -> dict[int, list[Changed]]:
    secret = (await work.cached(current)).secret
    try:
        actor, moment, listed = cursor.opened(secret, _PURPOSE, text)
    except Invalid:
        raise Invalid("undo", "must be a token that a change gave") from None
    if actor != work.actor.id:
        raise Invalid("undo", "belongs to another user")
    if moment < work.now - DAY:
        raise Invalid("undo", "is older than a day; the history of the record can restore values")
    return {id: [Changed(*each) for each in changes] for id, *changes in listed}


async def _revert(work: Work, id: int, changes: Sequence[Changed]) -> list[Changed]:
    """What this changed in turn."""
    found = await repository.load_many(work, [id])
    if not found:
        raise NotFound
    tagged = [each for each in changes if each.field == "tags"]
    for each in tagged:
        await _retag(work, id, each)
    before = found[0].before
    after = rules.reverted(before, changes)
    if changes_of(before, after):
        after = await _allowed(work, before, after)
        await repository.save(work, before, after, "reverted")
    swapped = [Changed(each.field, each.new, each.old) for each in tagged]
    return [*swapped, *changes_of(before, after)]


async def _retag(work: Work, id: int, each: Changed) -> None:
    if each.old is None:
        await tags.detach(work, Tagged.OPPORTUNITY, [id], title=each.new)
    else:
        await tags.attach(work, Tagged.OPPORTUNITY, [id], title=each.old)


async def _allowed(work: Work, before: Opportunity, after: Opportunity) -> Opportunity:
    """The old values, if the actor could set them now. Raises Invalid, Forbidden, Conflict."""
    if (before.is_private, before.access) != (after.is_private, after.access):
        demand_share(before, actor=work.actor.id, is_admin=work.actor.is_admin)
        await demand_workers(work, "accessList", after.access, known=before.access)
    stage = await demands.stage(work, after.stage_id)
    come = after.members - before.members
    visible = await visible_among(work, [*come, after.contact_id or 0])
    if not come <= visible:
        raise Conflict("A contact that took part is gone, or you may not see it")
    demands.contact(after, before, visible)
    demands.currency(after, before)
    await demands.responsible(work, after, before)
    known = await fillable(work, FieldOwner.OPPORTUNITY)
    values = tuple(each for each in after.values if each[0] in known)
    loss = Loss(after.loss_reason_id or 0, after.loss_comment or "")
    stood = await placed(
        work, replace(after, values=values), before, stage, rank=after.rank, loss=loss
    )
    return replace(stood, stage_since=after.stage_since)

"""Creates, changes and deletes cases. Each action reads in the order of its checks and steps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dealwright.crm import access_changes
from dealwright.crm.cases import repository, rules
from dealwright.crm.cases.rules import CaseInput
from dealwright.crm.contacts.reads import visible_among
from dealwright.portal.custom_fields.rules import FieldOwner, merged
from dealwright.portal.custom_fields.shapes import fillable
from dealwright.work import Work

Values = Iterable[tuple[int, str]]


async def create(work: Work, inputs: CaseInput, *, values: Values, notify: bool) -> int:
    """Creates a case and returns its id. Skips members that the actor may not see. Raises Invalid,
    Conflict for an externalId that is in use."""
    rules.require(inputs)
    draft = rules.create(inputs, actor=work.actor.id, now=work.now)
    members = await visible_among(work, inputs.members)
    shared = await access_changes.shared(work, draft, inputs)
    filled = merged((), values, fields=await fillable(work, FieldOwner.CASE))
    notices = await access_changes.access_notices(work, repository.KIND, shared, notify=notify)
    return await repository.add(
        work, replace(shared, values=filled, members=members), notices=notices
    )


async def update(
    work: Work, case_id: int, inputs: CaseInput, *, values: Values, notify: bool
) -> None:
    """Replaces every scalar of a case. What the actor may not see of it stays. Raises NotFound,
    Stale, Invalid, Conflict."""
    before, hidden = await repository.load(work, case_id)
    rules.require(inputs)
    revised = rules.revise(before, inputs)
    if inputs.members:
        members = await visible_among(work, inputs.members)
        revised = replace(revised, members=members | hidden)
    revised = await access_changes.shared(work, revised, inputs, before=before)
    filled = merged(before.values, values, fields=await fillable(work, FieldOwner.CASE))
    after = replace(revised, values=filled)
    notices = await access_changes.access_notices(work, repository.KIND, after, notify=notify)
    await repository.save(work, before, after, "updated", notices=notices)


async def finish(work: Work, case_id: int, *, is_closed: bool) -> None:
    """Closes or reopens a case. Does nothing if the case is in that state already. Raises NotFound,
    Stale."""
    before = (await repository.load(work, case_id)).before
    after = rules.finish(before, is_closed=is_closed)
    if after is not before:
        await repository.save(work, before, after, "closed" if is_closed else "reopened")


async def share(
    work: Work, case_id: int, *, is_private: bool | None, access_list: Sequence[str]
) -> None:
    """Sets who sees a case. Raises NotFound, Stale, Forbidden, Invalid."""
    await access_changes.share(
        work, repository, case_id, is_private=is_private, access_list=access_list
    )


async def delete(work: Work, case_id: int) -> None:
    """Moves a case to the trash. Raises NotFound, Stale."""
    await repository.remove(work, (await repository.load(work, case_id)).before)


async def set_timestamp(work: Work, case_id: int, column: str, moment: int | None) -> None:
    """Sets the time of creation or of the last change (microseconds in UTC), for imports. Raises
    NotFound, Stale, Invalid."""
    await access_changes.set_timestamp(work, repository, case_id, column, moment)

"""Creating, changing and deleting cases, top to bottom in the order things are refused and done."""

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
    """A new case; its id. Members that the actor does not see are skipped. Raises Invalid, Conflict
    for a used externalId."""
    rules.require(inputs)
    draft = rules.create(inputs, actor=work.actor.id, now=work.now)
    members = await visible_among(work, inputs.members)
    shared = await access_changes.shared(work, draft, inputs)
    filled = merged((), values, fields=await fillable(work, FieldOwner.CASE))
    told = await access_changes.access_notices(work, repository.KIND, shared, notify=notify)
    return await repository.add(work, replace(shared, values=filled, members=members), told=told)


async def update(
    work: Work, case_id: int, inputs: CaseInput, *, values: Values, notify: bool
) -> None:
    """Replaces every scalar of a case; what the actor does not see of it stays. Raises NotFound,
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
    told = await access_changes.access_notices(work, repository.KIND, after, notify=notify)
    await repository.save(work, before, after, "updated", told=told)


async def finish(work: Work, case_id: int, *, is_closed: bool) -> None:
    """Closes a case or opens it again; one that is so already stays as it is. Raises NotFound,
    Stale."""
    before = (await repository.load(work, case_id)).before
    after = rules.finish(before, is_closed=is_closed)
    if after is not before:
        await repository.save(work, before, after, "closed" if is_closed else "reopened")


async def share(
    work: Work, case_id: int, *, is_private: bool | None, access_list: Sequence[str]
) -> None:
    """Decides who sees a case. Raises NotFound, Stale, Forbidden, Invalid."""
    await access_changes.share(
        work, repository, case_id, is_private=is_private, access_list=access_list
    )


async def delete(work: Work, case_id: int) -> None:
    """Puts a case into the trash. Raises NotFound, Stale."""
    await repository.remove(work, (await repository.load(work, case_id)).before)


async def set_timestamp(work: Work, case_id: int, column: str, moment: int | None) -> None:
    """Sets when a case was created or last changed, for imports. Raises NotFound, Stale,
    Invalid."""
    await access_changes.set_timestamp(work, repository, case_id, column, moment)

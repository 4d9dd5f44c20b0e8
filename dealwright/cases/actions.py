"""Creating, changing and deleting cases, top to bottom in the order things are refused and done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dealwright import changing
from dealwright.cases import rules, stored
from dealwright.cases.rules import Wishes
from dealwright.contacts.lists import visible_among
from dealwright.custom_fields.rules import FieldOwner, merged
from dealwright.custom_fields.shapes import fillable
from dealwright.work import Work

Values = Iterable[tuple[int, str]]


async def create(work: Work, wishes: Wishes, *, values: Values, notify: bool) -> int:
    """A new case; its id. Members that the actor does not see are skipped. Raises Invalid, Conflict
    for a used externalId."""
    rules.require(wishes)
    draft = rules.create(wishes, actor=work.actor.id, now=work.now)
    members = await visible_among(work, wishes.members)
    shared = await changing.shared(work, draft, wishes)
    filled = merged((), values, fields=await fillable(work, FieldOwner.CASE))
    told = await changing.told_of_access(work, stored.KIND, shared, notify=notify)
    return await stored.add(work, replace(shared, values=filled, members=members), told=told)


async def update(work: Work, case_id: int, wishes: Wishes, *, values: Values, notify: bool) -> None:
    """Replaces every scalar of a case; what the actor does not see of it stays. Raises NotFound,
    Stale, Invalid, Conflict."""
    before, hidden = await stored.load(work, case_id)
    rules.require(wishes)
    revised = rules.revise(before, wishes)
    if wishes.members:
        members = await visible_among(work, wishes.members)
        revised = replace(revised, members=members | hidden)
    revised = await changing.shared(work, revised, wishes, before=before)
    filled = merged(before.values, values, fields=await fillable(work, FieldOwner.CASE))
    after = replace(revised, values=filled)
    told = await changing.told_of_access(work, stored.KIND, after, notify=notify)
    await stored.save(work, before, after, "updated", told=told)


async def finish(work: Work, case_id: int, *, is_closed: bool) -> None:
    """Closes a case or opens it again; one that is so already stays as it is. Raises NotFound,
    Stale."""
    before = (await stored.load(work, case_id)).before
    after = rules.finish(before, is_closed=is_closed)
    if after is not before:
        await stored.save(work, before, after, "closed" if is_closed else "reopened")


async def share(
    work: Work, case_id: int, *, is_private: bool | None, access_list: Sequence[str]
) -> None:
    """Decides who sees a case. Raises NotFound, Stale, Forbidden, Invalid."""
    await changing.share(work, stored, case_id, is_private=is_private, access_list=access_list)


async def delete(work: Work, case_id: int) -> None:
    """Puts a case into the trash. Raises NotFound, Stale."""
    await stored.remove(work, (await stored.load(work, case_id)).before)


async def redate(work: Work, case_id: int, column: str, moment: int | None) -> None:
    """Sets when a case was created or last changed, for imports. Raises NotFound, Stale,
    Invalid."""
    await changing.redate(work, stored, case_id, column, moment)

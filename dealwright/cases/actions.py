"""Creating, changing and deleting cases, top to bottom in the order things are refused and done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dealwright import sharing
from dealwright.cases import rules, stored
from dealwright.cases.rules import Wishes
from dealwright.contacts.lists import visible_among
from dealwright.custom_fields.rules import FieldOwner, merged
from dealwright.custom_fields.shapes import fillable
from dealwright.errors import Invalid
from dealwright.people.actions import demand_workers
from dealwright.storage.change import Update
from dealwright.work import Work

Values = Iterable[tuple[int, str]]


async def create(work: Work, wishes: Wishes, *, values: Values) -> int:
    """A new case; its id. Members that the actor does not see are skipped. Raises Invalid, Conflict
    for a used externalId."""
    rules.require(wishes)
    draft = rules.create(wishes, actor=work.actor.id, now=work.now)
    members = await visible_among(work, wishes.members)
    await demand_workers(work, "accessList", wishes.access_list)
    shared = sharing.share(
        draft, is_private=wishes.is_private, access_list=wishes.access_list, actor=work.actor.id
    )
    filled = merged((), values, fields=await fillable(work, FieldOwner.CASE))
    return await stored.add(work, replace(shared, values=filled, members=members))


async def update(work: Work, case_id: int, wishes: Wishes, *, values: Values) -> None:
    """Replaces every scalar of a case; what the actor does not see of it stays. Raises NotFound,
    Stale, Invalid, Conflict."""
    before, hidden = await stored.load(work, case_id)
    rules.require(wishes)
    revised = rules.revise(before, wishes)
    if wishes.members:
        members = await visible_among(work, wishes.members)
        revised = replace(revised, members=members | hidden)
    if sharing.may_share(before, actor=work.actor.id, is_admin=work.actor.is_admin):
        await demand_workers(work, "accessList", wishes.access_list, known=before.access)
        revised = sharing.share(
            revised,
            is_private=wishes.is_private,
            access_list=wishes.access_list,
            actor=work.actor.id,
        )
    filled = merged(before.values, values, fields=await fillable(work, FieldOwner.CASE))
    await stored.save(work, before, replace(revised, values=filled), "updated")


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
    before = (await stored.load(work, case_id)).before
    sharing.demand_share(before, actor=work.actor.id, is_admin=work.actor.is_admin)
    await demand_workers(work, "accessList", access_list, known=before.access)
    after = sharing.share(
        before, is_private=is_private, access_list=access_list, actor=work.actor.id
    )
    await stored.save(work, before, sharing.next_version(after, before), "shared")


async def delete(work: Work, case_id: int) -> None:
    """Puts a case into the trash. Raises NotFound, Stale."""
    await stored.remove(work, (await stored.load(work, case_id)).before)


async def redate(work: Work, case_id: int, column: str, moment: int | None) -> None:
    """Sets when a case was created or last changed, for imports. Raises NotFound, Stale,
    Invalid."""
    before = (await stored.load(work, case_id)).before
    if moment is None:
        raise Invalid(_DATES[column], "must be a date")
    changed = {column: moment, "version": before.version + 1}
    head = Update(stored.KIND.table, case_id, changed, {"version": before.version})
    changes = [(column, getattr(before, column, None), moment)]
    await stored.KIND.save(work, head, (), action="redated", changes=changes)


_DATES = {"created_on": "creationDate", "modified_on": "lastModifedDate"}

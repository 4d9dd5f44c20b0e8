"""Changing a short list of titles, top to bottom in the order things are refused and done.

Every change locks its list and needs a transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from dealwright.access import demand_admin
from dealwright.errors import Invalid, NotFound
from dealwright.portal.titles import queries, rules
from dealwright.portal.titles.rules import Titled
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage.cache import Held, Loader
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.schema import Table
from dealwright.storage.statements.change import Change, Insert, Remove, Run, Update
from dealwright.work import Work


class TitleList(NamedTuple):
    """Where a list is kept, what the trail calls its titles, by what the process holds it, how many
    there may be, and the sentence that refuses to delete a used one."""

    table: Table
    entity: str
    loader: Loader[Held[int, Titled]]
    most: int
    used: str


async def create(work: Work, of: TitleList, title: str) -> int:
    """A new title at the end; its id. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    cleaned = rules.demand_title(title)
    there = await _locked(work, of)
    if len(there) >= of.most:
        raise Invalid("title", f"is one too many: there may be {of.most} in this list")
    made = Titled(0, cleaned, max((each.sort_order for each in there.values()), default=0) + 1)
    row = {"title": made.title, "sort_order": made.sort_order}
    audited = entry(work, of.entity, "created", difference(None, made, without=("id",)))
    saved = await work.save(Change(Insert(of.table, row), (audited,)))
    work.invalidate(of.loader)
    return int(saved[0])


async def rename(work: Work, of: TitleList, id: int, title: str) -> None:
    """Renames a title. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    cleaned = rules.demand_title(title)
    before = found(await _locked(work, of), id)
    audited = entry(work, of.entity, "updated", difference(before, replace(before, title=cleaned)))
    await work.save(Change(Update(of.table, id, {"title": cleaned}), (audited,)))
    work.invalidate(of.loader)


async def reorder(work: Work, of: TitleList, ids: Sequence[int]) -> None:
    """Puts the named ones first, in this order. Raises Forbidden, NotFound."""
    demand_admin(work.actor)
    before = [*(await _locked(work, of)).values()]
    after = rules.reordered(before, ids)
    if before == after:
        return
    placed = [(each.id, each.sort_order) for each in after]
    changes = [("order", [each.id for each in before], [each.id for each in after])]
    audited = entry(work, of.entity, "reordered", changes, entity_id=0)
    await work.save(Change(None, (Run(queries.place(of.table), {"placed": placed}), audited)))
    work.invalidate(of.loader)


async def delete(work: Work, of: TitleList, id: int) -> None:
    """Deletes a title that nothing refers to. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    gone = found(await _locked(work, of), id)
    audited = entry(
        work, of.entity, "deleted", difference(gone, None, without=("id",)), entity_id=id
    )
    try:
        await work.save(Change(None, (Remove(of.table, {"id": id}), audited)))
    except ForeignKeyViolation as used:
        raise Invalid(text=of.used) from used
    work.invalidate(of.loader)


def found(there: Held[int, Titled], id: int) -> Titled:
    """Raises Invalid for what is no id, NotFound."""
    if id <= 0:
        raise Invalid("id", "must be greater than 0")
    if id not in there:
        raise NotFound
    return there[id]


async def _locked(work: Work, of: TitleList) -> Held[int, Titled]:
    """The list as it is and stays until this transaction ends."""
    await work.fetch(queries.lock(of.table))
    return await queries.held(work.session, of.table)

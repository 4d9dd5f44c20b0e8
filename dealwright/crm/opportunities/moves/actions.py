"""Moving opportunities between stages and inside a column, one or many; and assigning, tagging and
re-dating them. Every change gives a token that takes it back.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from dealwright.crm.opportunities import actions, demands, ranks, repository, rules
from dealwright.crm.opportunities.moves import queries
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.crm.opportunities.placing import Loss, placed
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.crm.opportunities.undo import actions as undoing
from dealwright.crm.opportunities.undo.rules import Changed
from dealwright.crm.opportunities.undo.shapes import Outcome, Refused
from dealwright.errors import CrmError, Invalid
from dealwright.portal.stages.queries import Stage
from dealwright.portal.stages.rules import StageType
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.queries import carriers, find
from dealwright.portal.tags.rules import Tagged, clean, demand_key
from dealwright.work import Work

AT_ONCE = 500
MOST_TAGS = 20


async def move(work: Work, opportunity_id: int, wished: Move) -> str:
    """Moves an opportunity to a stage and a place; the token that takes it back. Raises NotFound,
    Stale, Invalid."""
    stage = await demands.stage(work, wished.stage_id)
    before = (await repository.load(work, opportunity_id)).before
    after = await _moved(work, before, stage, wished)
    await _save_moved(work, before, after, stage)
    return await undoing.token(work, before, after)


async def set_close_date(work: Work, opportunity_id: int, moment: int | None) -> str:
    """Says when an opportunity is expected to close; the token that takes it back. Raises NotFound,
    Stale."""
    before = (await repository.load(work, opportunity_id)).before
    after = replace(before, expected_close_on=moment, version=before.version + 1)
    await repository.save(work, before, after, "updated")
    return await undoing.token(work, before, after)


async def move_many(work: Work, ids: Sequence[int], wished: Move) -> Outcome:
    """Moves opportunities to the top of a stage, in the order of their ids. Needs a transaction.
    Raises Invalid."""
    stage = await demands.stage(work, wished.stage_id)

    async def change(before: Opportunity) -> Opportunity:
        after = await _moved(work, before, stage, replace(wished, after_id=0, before_id=0))
        await _save_moved(work, before, after, stage)
        return after

    return await _each(work, ids, change)


async def assign_many(work: Work, ids: Sequence[int], responsible_id: str) -> Outcome:
    """Makes a user responsible for opportunities and notifies them. Needs a transaction. Raises
    Invalid."""

    async def change(before: Opportunity) -> Opportunity:
        after = replace(before, responsible_id=responsible_id, version=before.version + 1)
        await demands.responsible(work, after, before)
        notices = await actions.notices_of(work, after, before, notify=False)
        if after.responsible_id != before.responsible_id:
            await repository.save(work, before, after, "updated", notices=notices)
        return after

    return await _each(work, ids, change)


async def tag_many(
    work: Work, ids: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Outcome:
    """Adds tags to opportunities and removes others. Needs a transaction. Raises Invalid."""
    chosen = _chosen(ids)
    if len(add) + len(remove) > MOST_TAGS:
        raise Invalid("add", f"and remove must name at most {MOST_TAGS} tags together")
    seen = [loaded.before.id for loaded in await repository.load_many(work, chosen)]
    changed: dict[int, list[Changed]] = {}
    for title in add:
        for id in await _carrying(work, seen, title, has=False):
            changed.setdefault(id, []).append(Changed("tags", None, clean(title)))
        await tags.attach(work, Tagged.OPPORTUNITY, seen, title=title)
    for title in remove:
        if ids_with := await _carrying(work, seen, title, has=True):
            await tags.detach(work, Tagged.OPPORTUNITY, ids_with, title=title)
        for id in ids_with:
            changed.setdefault(id, []).append(Changed("tags", clean(title), None))
    undo = await undoing.token_of(work, changed)
    return Outcome(done=seen, refused=_unseen(chosen, seen), undo=undo)


async def _carrying(work: Work, ids: Sequence[int], title: str, *, has: bool) -> list[int]:
    """Those of the opportunities that carry a tag, or that do not."""
    found = await work.row(find(Tagged.OPPORTUNITY), key=demand_key(title))
    rows = await work.fetch(carriers(Tagged.OPPORTUNITY), tag_id=found[0], ids=ids) if found else []
    carrying = {row[0] for row in rows}
    return [id for id in ids if (id in carrying) is has]


async def _each(
    work: Work, ids: Sequence[int], change: Callable[[Opportunity], Awaitable[Opportunity]]
) -> Outcome:
    chosen = _chosen(ids)
    loaded = {each.before.id: each.before for each in await repository.load_many(work, chosen)}
    refused = _unseen(chosen, loaded)
    changed = {}
    done = []
    for id in (id for id in chosen if id in loaded):
        try:
            after = await change(loaded[id])
        except CrmError as error:
            refused.append(Refused(id=id, error=error.text))
            continue
        done.append(id)
        changed[id] = undoing.changes_of(loaded[id], after)
    return Outcome(done=done, refused=refused, undo=await undoing.token_of(work, changed))


def _chosen(ids: Sequence[int]) -> list[int]:
    """Each id once. Raises Invalid for none, and for more than fit into one transaction."""
    chosen = list(dict.fromkeys(ids))
    if not chosen:
        raise Invalid("ids", "must hold at least one id")
    if len(chosen) > AT_ONCE:
        raise Invalid("ids", f"must hold at most {AT_ONCE} ids, not {len(chosen)}")
    return chosen


def _unseen(chosen: Sequence[int], seen: object) -> list[Refused]:
    there = frozenset(seen)  # type: ignore[call-overload]
    return [Refused(id=id, error="Not found") for id in chosen if id not in there]


async def _moved(work: Work, before: Opportunity, stage: Stage, wished: Move) -> Opportunity:
    target = rules.Stage(
        id=stage.id, stage_type=stage.stage_type, success_probability=stage.success_probability
    )
    stays = before.stage_id == stage.id
    after = before if stays else rules.move(before, target, now=work.now)
    if wished.bid_value is not None:
        after = replace(after, bid_value=wished.bid_value)
    if wished.closed_on is not None and stage.stage_type != StageType.OPEN:
        after = replace(after, actual_close_on=wished.closed_on)
    loss = Loss(wished.loss_reason_id, wished.loss_comment)
    rank = await _rank(work, before, wished)
    after = await placed(work, after, before, stage, rank=rank, loss=loss)
    return replace(after, version=before.version + 1)


async def _rank(work: Work, before: Opportunity, wished: Move) -> str:
    """The place between the neighbours that are named and still there; empty where none is."""
    named = [id for id in (wished.after_id, wished.before_id) if id > 0 and id != before.id]
    if not named:
        return ""
    rows = await work.fetch(
        queries.neighbours(work.actor.is_admin),
        actor=work.actor.id, ids=named, stage=wished.stage_id,
    )  # fmt: skip
    found = {id: ranked for id, *ranked in rows}
    if wished.after_id in found:
        above, _, below = found[wished.after_id]
        if wished.before_id in found and found[wished.before_id][0] > above:
            below = found[wished.before_id][0]
    elif wished.before_id in found:
        below, above, _ = found[wished.before_id]
        on_top = ranks.on_top(work.now, salt=before.title)
        if not above and on_top < below:  # above what comes later, too, it would never be
            return on_top
    else:
        return ""
    return ranks.between(above, below, salt=before.id)


async def _save_moved(work: Work, before: Opportunity, after: Opportunity, stage: Stage) -> None:
    if replace(after, rank=before.rank, version=before.version) == before:
        await repository.save_place(work, after)
    else:
        await repository.save(work, before, after, "moved", stage=stage)

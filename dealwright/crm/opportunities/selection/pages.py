"""What a person does with the rows that they marked in a list: move, assign, tag, delete them, and
take that back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dealwright import access
from dealwright.crm.opportunities.batches import actions as batches
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import many
from dealwright.crm.opportunities.cards import closing, typed
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.crm.opportunities.undo import actions as undoing
from dealwright.crm.opportunities.undo.shapes import Outcome
from dealwright.crm.trash import actions as trash
from dealwright.crm.trash.rules import Item
from dealwright.errors import CrmError, Invalid
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
LIST, UNDO = "/opportunities", "/opportunities/selected/undo"
AT_ONCE = 500


@page.post("opportunities/selected/move")
async def move(page: PageRequest) -> Response:
    """Moves the marked ones to a stage; one that closes them asks for the day or the reason
    first."""
    stages, known = await page.read(_closing_asks)
    stage = stages.get(typed.whole(page.text("stage")))
    if stage is None:
        return _refused(page, Invalid("stage", "must be the id of a stage"))
    is_closing = stage.stage_type != StageType.OPEN
    if problem := closing.lacking(page, stage, known, asks_amount=False):
        return await _closing(page, stage.id, problem=problem if page.text("closed") else "")
    try:
        wished = Move(
            stage_id=stage.id,
            closed_on=typed.day(page.text("closed"), page.zone, field="closed")
            if is_closing
            else None,
            loss_reason_id=typed.whole(page.text("reason")) or None,
            loss_comment=page.text("comment") or None,
        )
    except CrmError as error:
        return await _closing(page, stage.id, problem=error.text)
    return await _changed(
        page,
        lambda work: moves.move_many(work, _ids(page), wished),
        lambda count: page.say_many(
            "%(n)s moved to %(stage)s", "%(n)s moved to %(stage)s", count, stage=stage.title
        ),
    )


async def _closing_asks(work: Work) -> tuple[Mapping[int, Stage], Mapping[int, Any]]:
    """The stages, and the reasons why opportunities are lost."""
    return await work.cached(pipeline), await work.cached(reasons)


@page.post("opportunities/selected/assign")
async def assign(page: PageRequest) -> Response:
    """Makes somebody responsible for the marked ones."""
    owner = page.text("owner")
    return await _changed(
        page,
        lambda work: moves.assign_many(work, _ids(page), owner),
        lambda count: page.say_many("%(n)s assigned", "%(n)s assigned", count),
    )


@page.post("opportunities/selected/tag")
async def tag(page: PageRequest) -> Response:
    """Adds a tag to the marked ones, or takes it from them."""
    title = page.text("title")
    add, remove = ([], [title]) if page.text("remove") else ([title], [])
    return await _changed(
        page,
        lambda work: moves.tag_many(work, _ids(page), add=add, remove=remove),
        lambda count: (
            page.say_many("%(n)s tagged", "%(n)s tagged", count)
            if add
            else page.say_many("Tag removed from %(n)s", "Tag removed from %(n)s", count)
        ),
    )


@page.post("opportunities/selected/delete")
async def delete(page: PageRequest) -> Response:
    """Moves the marked ones to the trash."""
    try:
        ids = _ids(page)
        gone = await page.write(lambda work: batches.delete(work, ids), transaction=True)
    except CrmError as error:
        return _refused(page, error)
    said = page.say_many("%(n)s deleted", "%(n)s deleted", len(gone))
    fields = [("restored", ",".join(str(each.id) for each in gone))] if gone else []
    return _done(page, said, fields, refused=len(ids) - len(gone))


@page.post("opportunities/selected/undo")
async def undo(page: PageRequest) -> Response:
    """Takes a change of marked ones back: by its token, or out of the trash."""
    ids = [id for each in page.text("restored").split(",") if (id := typed.whole(each))][:AT_ONCE]

    async def write(work: Work) -> list[int]:
        if ids:
            await trash.restore(work, [Item("opportunity", each) for each in ids], stage_id=0)
            return ids
        return (await undoing.undo(work, page.text("token"))).done

    try:
        done = await page.write(write, transaction=True)
    except CrmError as error:
        return _refused(page, error)
    page.toast(page.say("Undone"))
    if page.is_fragment:
        page.trigger("opportunities", {"ids": done})
        return page.fragment("crm/opportunities/cards/nothing.html")
    return page.redirect(_back(page))


async def _changed(
    page: PageRequest,
    change: Callable[[Work], Awaitable[Outcome]],
    words: Callable[[int], str],
) -> Response:
    try:
        outcome: Outcome = await page.write(change, transaction=True)
    except CrmError as error:
        return _refused(page, error)
    fields = [("token", outcome.undo)] if outcome.undo else []
    return _done(page, words(len(outcome.done)), fields, refused=len(outcome.refused))


def _done(
    page: PageRequest, said: str, fields: Sequence[tuple[str, str]], *, refused: int
) -> Response:
    """What happened, with the form that takes it back: too much for the address of a toast."""
    if refused:
        left = page.say_many("%(n)s was left as it is", "%(n)s were left as they are", refused)
        said = f"{said}. {left}"
    back = _back(page)
    answer = page.fragment if page.is_fragment else page.page
    return answer(
        "crm/opportunities/selection/done.html", said=said, fields=fields, back=back, undo=UNDO
    )


async def _closing(page: PageRequest, stage_id: int, *, problem: str = "") -> Response:
    """Asks what closing takes, for all of them at once."""

    async def read(work: Work) -> dict[str, Any]:
        stages = await work.cached(pipeline)
        today = datetime.fromtimestamp(work.now / 1_000_000, page.zone).date()
        return {
            "stage": screen.stage_view(stages[stage_id], []),
            "reasons": [*(await work.cached(reasons)).values()],
            "closed": page.text("closed") or today.isoformat(),
            "colours": screen.digest(await screen.colours(work)),
        }

    try:
        ids = _ids(page)
    except CrmError as error:
        return _refused(page, error)
    values = await page.read(read)
    return page.page(
        "crm/opportunities/selection/close.html",
        ids=ids, back=_back(page), problem=problem, **values,
    )  # fmt: skip


def _ids(page: PageRequest) -> list[int]:
    """Raises Invalid."""
    ids = [id for each in many(page, "ids") if (id := typed.whole(each))]
    if not ids:
        raise Invalid(text=page.say("Select a row first"))
    if len(ids) > AT_ONCE:
        raise Invalid("ids", f"must hold at most {AT_ONCE} ids, not {len(ids)}")
    return ids


def _refused(page: PageRequest, error: CrmError) -> Response:
    page.toast(error.text)
    return page.redirect(_back(page))


def _back(page: PageRequest) -> str:
    return safe_next(page.text("back") or LIST)

"""Small forms for one opportunity of a board: moving, closing, editing, adding in one line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities import actions as opportunities
from dealwright.crm.opportunities.board import reads, screen
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.board.rules import Card
from dealwright.crm.opportunities.board.screen import StageView
from dealwright.crm.opportunities.cards import closing, quick_add, typed, writes
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.crm.opportunities.undo import actions as undoing
from dealwright.errors import CrmError, Invalid, NotFound
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.ui.page import PageRequest, came_from, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
BOARD = "/opportunities/board"


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("opportunities/{id:id}/move")
async def move_to(page: PageRequest, params: OpportunityPath) -> Response:
    """The stages to which an opportunity can be moved."""

    async def read(work: Work) -> dict[str, Any]:
        card = await _card(work, params.id)
        stages = await _stages(work, card.stage_id)
        view = _view(await screen.names(work), card, work)
        return {"card": view, "stages": stages, "back": _back(page)}

    return await _dialog(page, "crm/opportunities/cards/move.html", read)


@page.get("opportunities/{id:id}/close")
async def close(page: PageRequest, params: OpportunityPath) -> Response:
    """Asks what closing takes: amount and day, or a reason."""
    return await _closing(page, params.id)


@page.post("opportunities/{id:id}/move")
async def move(page: PageRequest, params: OpportunityPath) -> Response:
    """Puts an opportunity on a stage, between two others where they are named; one that closes it
    asks first."""
    stages, known = await page.read(_closing_asks)
    target = stages.get(typed.whole(page.text("stage")))
    if target and (problem := closing.lacking(page, target, known)):
        is_asked = bool(page.text("closed"))
        return await _closing(page, params.id, problem=problem if is_asked else "", status=400)
    try:
        wished = Move(
            stage_id=typed.whole(page.text("stage")),
            after_id=typed.whole(page.text("after")),
            before_id=typed.whole(page.text("before")),
            bid_value=_amount(page),
            closed_on=_day(page, "closed"),
            loss_reason_id=typed.whole(page.text("reason")) or None,
            loss_comment=page.text("comment") or None,
        )
        stage, undo = await page.write(lambda work: _move(work, params.id, wished))
    except NotFound:
        raise
    except CrmError as error:
        if page.text("closed"):
            return await _closing(page, params.id, problem=error.text, status=400)
        return _refused(page, error)
    page.toast(page.say("Moved to %(stage)s", stage=stage), undo=_undo(undo))
    return _changed(page)


async def _closing_asks(work: Work) -> tuple[Mapping[int, Stage], Mapping[int, Any]]:
    """The stages, and the reasons why opportunities are lost."""
    return await work.cached(pipeline), await work.cached(reasons)


async def _move(work: Work, opportunity_id: int, wished: Move) -> tuple[str, str]:
    token = await moves.move(work, opportunity_id, wished)
    return (await work.cached(pipeline))[wished.stage_id].title, token


@page.post("opportunities/undo")
async def undo(page: PageRequest) -> Response:
    """Takes a change back; says what has been changed since and stays."""
    token = page.text("token")
    try:
        outcome = await page.write(lambda work: undoing.undo(work, token), transaction=True)
    except CrmError as error:
        return _refused(page, error)
    if outcome.refused:
        page.toast(outcome.refused[0].error)
    else:
        page.toast(page.say("Undone"), undo=_undo(outcome.undo))
    return _changed(page, outcome.done)


@page.get("opportunities/quick-add")
async def read_line(page: PageRequest) -> Response:
    """What is understood of a line while it is typed."""
    line, currency = await page.read(lambda work: _line(page, work))
    return page.fragment("crm/opportunities/cards/line.html", line=line, currency=currency)


@page.post("opportunities/quick-add")
async def add(page: PageRequest) -> Response:
    """Adds an opportunity from one line."""

    async def write(work: Work) -> int:
        line, currency = await _line(page, work)
        return await writes.add(
            work,
            title=line.title,
            amount=int((line.amount or Decimal(0)) * screen.UNIT),
            currency=line.currency or currency,
            expected_on=None if line.day is None else typed.moment(line.day, page.zone),
            stage_id=typed.whole(page.text("stage")),
        )

    try:
        made = await page.write(write)
    except CrmError as error:
        return _refused(page, error)
    page.toast(page.say("Added"), undo=f"/opportunities/{made}/added/undo")
    return _changed(page, [made])


@page.post("opportunities/{id:id}/added/undo")
async def take_back(page: PageRequest, params: OpportunityPath) -> Response:
    """Moves an opportunity that was just added to the trash."""
    await page.write(lambda work: opportunities.delete(work, params.id), transaction=True)
    page.toast(page.say("Undone"))
    return _changed(page, [params.id])


@page.get("opportunities/{id:id}/edit")
async def edit(page: PageRequest, params: OpportunityPath) -> Response:
    """A small form for the amount, the expected day and the responsible."""
    return await _editing(page, params.id)


@page.post("opportunities/{id:id}/edit")
async def save(page: PageRequest, params: OpportunityPath) -> Response:
    """Changes what the small form holds."""
    try:
        inputs = writes.Edit(
            amount=_amount(page), expected_on=_day(page, "expected"), owner=page.text("owner")
        )
        token = await page.write(lambda work: writes.edit(work, params.id, inputs))
    except NotFound:
        raise
    except CrmError as error:
        return await _editing(page, params.id, problem=error.text, status=400)
    page.toast(page.say("Saved"), undo=_undo(token))
    return _changed(page)


async def _card(work: Work, opportunity_id: int) -> Card:
    """Raises NotFound."""
    for card in await reads.cards(work, [opportunity_id]):
        return card
    raise NotFound


def _view(names: Mapping[str, str], card: Card, work: Work) -> screen.CardView:
    return screen.card_view(card, reads.today(work), names, work.now)


async def _stages(work: Work, stage_id: int) -> list[StageView]:
    """The stages of the pipeline that a stage belongs to."""
    stages = await work.cached(pipeline)
    own = stages[stage_id].pipeline_id
    listed = [each for each in stages.values() if each.pipeline_id == own]
    open_stages = [each.id for each in listed if each.stage_type == 0]
    return [screen.stage_view(each, open_stages) for each in listed]


async def _closing(
    page: PageRequest, opportunity_id: int, *, problem: str = "", status: int = 200
) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        card = await _card(work, opportunity_id)
        chosen = typed.whole(page.text("stage"))
        stages = [each for each in await _stages(work, card.stage_id) if each.id == chosen]
        if not stages or stages[0].kind == screen.OPEN:
            raise Invalid("stage", "must be a stage that closes an opportunity")
        today = datetime.fromtimestamp(work.now / 1_000_000, page.zone).date()
        return {
            "card": _view(await screen.names(work), card, work),
            "stage": stages[0],
            "reasons": [*(await work.cached(reasons)).values()],
            "amount": page.text("amount") or f"{screen.amount(card.amount):f}",
            "closed": page.text("closed") or today.isoformat(),
            "chosen": page.text("reason"),
            "comment": page.text("comment"),
            "after": typed.whole(page.text("after")),
            "before": typed.whole(page.text("before")),
            "problem": problem,
            "back": _back(page),
        }

    return await _dialog(page, "crm/opportunities/cards/close.html", read, status)


async def _editing(
    page: PageRequest, opportunity_id: int, *, problem: str = "", status: int = 200
) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        card = await _card(work, opportunity_id)
        names = await screen.names(work)
        expected = card.expected_on
        day = datetime.fromtimestamp(expected / 1_000_000, page.zone).date() if expected else ""
        return {
            "card": _view(names, card, work),
            "amount": page.text("amount") or f"{screen.amount(card.amount):f}",
            "expected": page.text("expected") or str(day),
            "people": await responsible(work),
            "problem": problem,
            "back": _back(page),
        }

    return await _dialog(page, "crm/opportunities/cards/edit.html", read, status)


async def _dialog(page: PageRequest, template: str, read: Any, status: int = 200) -> Response:
    async def all_of(work: Work) -> dict[str, Any]:
        return {**await read(work), "colours": screen.digest(await screen.colours(work))}

    values = await page.read(all_of)
    answer = page.fragment if page.is_fragment else page.page
    return answer(template, status=status, **values)


async def _line(page: PageRequest, work: Work) -> tuple[quick_add.Line, str]:
    today = datetime.fromtimestamp(work.now / 1_000_000, page.zone).date()
    line = quick_add.read(page.text("text"), today=today, currencies=CURRENCIES)
    return line, (await work.cached(current)).currency


def _changed(page: PageRequest, ids: Sequence[int] = ()) -> Response:
    """The board's script draws what changed anew; a browser without it is sent to the board."""
    if page.is_fragment:
        if ids:
            page.trigger("opportunities", {"ids": [*ids]})
        return page.fragment("crm/opportunities/cards/nothing.html")
    return page.redirect(_back(page))


def _back(page: PageRequest) -> str:
    """Where a form without scripts leads when it is done: to where its reader came from."""
    chosen = page.text("back") or came_from(page.request)
    is_form = chosen.partition("?")[0].endswith(("/move", "/close", "/edit"))
    return safe_next(chosen) if chosen and not is_form else BOARD


def _refused(page: PageRequest, error: CrmError) -> Response:
    page.toast(error.text)
    if page.is_fragment:
        return page.fragment("crm/opportunities/cards/nothing.html", status=409)
    return page.redirect(_back(page))


def _undo(token: str) -> str:
    return f"/opportunities/undo?token={token}" if token else ""


def _amount(page: PageRequest) -> int | None:
    text = page.text("amount")
    return typed.amount(text) if text else None


def _day(page: PageRequest, name: str) -> int | None:
    text = page.text(name)
    return typed.day(text, page.zone, field=name) if text else None

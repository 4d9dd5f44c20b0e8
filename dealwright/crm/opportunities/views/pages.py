"""The pages of saved views: saving a filter, naming, sharing, ordering and deleting views."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from dealwright import access
from dealwright.crm.opportunities.board.address import NAMES
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.views import actions, rules, screen
from dealwright.crm.opportunities.views.actions import ViewInput
from dealwright.errors import CrmError, NotFound
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
VIEWS = "/opportunities/views"
RESTORE = f"{VIEWS}/restore"


class ViewPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("opportunities/views")
async def show(page: PageRequest) -> Response:
    """The views that one sees, with the forms to change them."""
    return await _views(page)


@page.post("opportunities/views")
async def save(page: PageRequest) -> Response:
    """Keeps the filter of an address as a view: a new one, or in place of one's filter (`into`)."""
    inputs = _inputs(page, filter=_filter(page.text("query")))
    into = page.text("into")

    async def write(work: Work) -> rules.View:
        if into:
            kept = ViewInput(filter=inputs.filter)
            return await actions.update(work, typed.whole(into), kept)
        return await actions.create(work, inputs)

    try:
        saved = await page.write(write, transaction=True)
    except NotFound:
        raise
    except CrmError as error:
        return await _views(page, problem=error.text, status=400)
    page.toast(page.say("Saved as a view: %(title)s", title=saved.title))
    return page.redirect(_back(page))


@page.post("opportunities/views/{id:id}")
async def change(page: PageRequest, params: ViewPath) -> Response:
    """Renames a view, gives it an icon, shares it or makes it private."""
    return await _changed(page, lambda work: actions.update(work, params.id, _inputs(page)))


@page.post("opportunities/views/{id:id}/place")
async def place(page: PageRequest, params: ViewPath) -> Response:
    """Moves a view one place up or down."""
    step = -1 if page.text("up") else 1

    async def write(work: Work) -> None:
        listed = await actions.visible(work)
        await actions.reorder(work, rules.moved(listed, params.id, step))

    return await _changed(page, write)


@page.post("opportunities/views/{id:id}/delete")
async def delete(page: PageRequest, params: ViewPath) -> Response:
    """Deletes a view; the toast brings it back."""
    gone, token = await page.write(lambda work: actions.delete(work, params.id), transaction=True)
    said = page.say("Deleted %(title)s", title=gone.title)
    page.toast(said, undo=f"{RESTORE}?token={quote(token)}")
    return page.redirect(VIEWS)


@page.post("opportunities/views/restore")
async def restore(page: PageRequest) -> Response:
    """Brings a deleted view back."""
    try:
        back = await page.write(
            lambda work: actions.restore(work, page.text("token")), transaction=True
        )
        page.toast(page.say("Restored %(title)s", title=back.title))
    except CrmError as error:
        page.toast(error.text)
    return page.redirect(VIEWS)


async def _views(page: PageRequest, *, problem: str = "", status: int = 200) -> Response:
    rows = await page.read(lambda work: screen.rows(page, work))
    return page.page(
        "crm/opportunities/views/views.html",
        status=status,
        rows=rows,
        icons=rules.ICONS,
        longest=rules.LONGEST_TITLE,
        problem=problem,
    )


async def _changed(page: PageRequest, write: Callable[[Work], Awaitable[Any]]) -> Response:
    try:
        await page.write(write, transaction=True)
    except NotFound:
        raise
    except CrmError as error:
        return await _views(page, problem=error.text, status=400)
    page.toast(page.say("Saved"))
    return page.redirect(VIEWS)


def _inputs(page: PageRequest, *, filter: dict[str, str] | None = None) -> ViewInput:
    return ViewInput(page.text("title"), page.text("icon"), page.text("shared") == "on", filter)


def _filter(query: str) -> dict[str, str]:
    """The part of an address that filters."""
    pairs = parse_qsl(query.lstrip("?")[:4000])
    return {name: value for name, value in pairs if name in NAMES}


def _back(page: PageRequest) -> str:
    return safe_next(page.text("back") or "/opportunities/board")

"""Answers with the page or the panel of an opportunity, as the request asks for it.

A `page` is the `PageRequest` of a handler. Forms carry the filter of the list in their address, so
that the reader keeps their place.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dealwright.crm.opportunities import filters
from dealwright.crm.opportunities.board.address import filter_of, query_of
from dealwright.crm.opportunities.board.screen import colours, digest
from dealwright.crm.opportunities.panel import activity
from dealwright.crm.opportunities.panel.edits import CUSTOM
from dealwright.crm.opportunities.panel.rules import Collision
from dealwright.crm.opportunities.panel.screen import Order, Screen, screen
from dealwright.crm.opportunities.table.columns import SORTS
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.tags.rules import Tagged
from dealwright.portal.tags.shapes import every
from dealwright.work import Work

PANEL = "panel"
LONGEST_TOKEN = 1500
_TEMPLATES = "crm/opportunities/panel/"


class Form(NamedTuple):
    """A form that could not be saved as it was sent: `name` says which, `values` what was typed,
    `problems` what is wrong with it, by field; `collisions` are for the reader to decide, with what
    `who` saved `when`."""

    name: str = ""
    values: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}
    collisions: tuple[Collision, ...] = ()
    is_partly_saved: bool = False
    who: str = ""
    when: int = 0

    def typed(self, field: str, default: str) -> str:
        return self.values.get(field, default)

    def problem(self, field: str) -> str:
        return self.problems.get(field, "")


UNTOUCHED = Form()


class Shown(NamedTuple):
    """What the templates need beside the screen. `colours`: the version of the style sheet of
    stages."""

    screen: Screen
    task_categories: list[tuple[int, str]]
    note_categories: list[tuple[int, str]]
    tags: list[str]
    colours: str


async def show(page: Any, opportunity_id: int, *, form: Form = UNTOUCHED, status: int = 200) -> Any:
    """The page, or what of it a script asks for. Raises NotFound."""
    query = list_query(page)
    shown = await page.read(lambda work: _shown(page, work, opportunity_id, query))
    values = {
        **shown._asdict(),
        "form": form,
        "query": urlencode(query),
        "is_panel": is_panel(page),
        "currencies": sorted(CURRENCIES),
        "tomorrow": _tomorrow(page),
        "custom_labels": {
            f"{CUSTOM}{each.field.id}": each.field.label for each in shown.screen.custom
        },
    }
    if not page.is_fragment:
        return page.page(f"{_TEMPLATES}show.html", status=status, **values)
    template = "panel.html" if is_panel(page) else "body.html"
    return page.fragment(_TEMPLATES + template, status=status, **values)


def _tomorrow(page: Any) -> str:
    today = datetime.fromtimestamp(page.now / 1_000_000, page.zone).date()
    return (today + timedelta(days=1)).isoformat()


async def changed(page: Any, opportunity_id: int) -> Any:
    """What follows a change: the same page, drawn anew."""
    return await show(page, opportunity_id) if page.is_fragment else leave(page, opportunity_id)


def undo_address(opportunity_id: int, token: str) -> str:
    """Where a toast posts to take a change back; nothing for one that is too large to be carried
    by a header, which the timeline can restore."""
    if not token or len(token) > LONGEST_TOKEN:
        return ""
    return f"/opportunities/{opportunity_id}/undo?token={token}"


def leave(page: Any, opportunity_id: int) -> Any:
    """Sends the browser to the page of an opportunity."""
    query = urlencode(list_query(page))
    return page.redirect(f"/opportunities/{opportunity_id}" + (f"?{query}" if query else ""))


def is_panel(page: Any) -> bool:
    return bool(page.text("as") == PANEL or page.request.path.endswith(f"/{PANEL}"))


def list_query(page: Any) -> dict[str, str]:
    """The filter of the list that the reader came from, and how it is sorted."""
    order = {name: value for name in ("sort", "order") if (value := page.text(name))}
    return {**query_of(page), **(order if order.get("sort") in SORTS else {})}


async def _shown(page: Any, work: Work, opportunity_id: int, query: Mapping[str, str]) -> Shown:
    params = await filters.resolve(work, filter_of(query, page.zone), query.get("text", ""))
    shown, until = page.text("show"), page.text("until")
    return Shown(
        await screen(
            work,
            opportunity_id,
            params,
            order=_order(query),
            shown=shown if shown in (activity.NOTES, activity.CHANGES) else activity.ALL,
            until=int(until) if until.isdecimal() and len(until) < 18 else None,
        ),
        await _categories(work, CategoryKind.TASK_CATEGORY),
        await _categories(work, CategoryKind.HISTORY_CATEGORY),
        [each.title for each in await every(work, Tagged.OPPORTUNITY)],
        digest(await colours(work)),
    )


def _order(query: Mapping[str, str]) -> Order | None:
    sort = SORTS.get(query.get("sort", ""))
    return Order(sort, query.get("order") == "descending") if sort else None


async def _categories(work: Work, kind: CategoryKind) -> list[tuple[int, str]]:
    listed = (await work.cached(items)).values()
    return [(each.id, each.title) for each in listed if each.kind == kind]

"""The list of persons and companies as a page."""

from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.contacts.search import reads
from dealwright.crm.contacts.search.filters import ListFilter, resolve
from dealwright.crm.contacts.table import screen
from dealwright.crm.contacts.table.screen import KINDS, LIST, NEWEST, SORTS
from dealwright.crm.page_links import pages
from dealwright.errors import Invalid
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
ROWS = 100  # of a page
LONGEST = 1000  # characters of a search, as on the API
FURTHEST = 1_000_000  # the last page that is looked for


@page.get("contacts")
async def show(page: PageRequest) -> Response:
    """Persons and companies: searched by words, sorted, paged."""
    values = await page.read(lambda work: _list(page, work), heavy=True)
    return page.page("crm/contacts/table/list.html", **values)


async def _list(page: PageRequest, work: Work) -> dict[str, Any]:
    text, kind = page.text("text"), page.text("kind")
    sort, is_down = _sorting(page)
    _demand(len(text) <= LONGEST, "text", f"must be at most {LONGEST} characters")
    _demand(kind in KINDS, "kind", "must be persons or companies, or absent for both")
    filter_params = resolve(work, ListFilter(contact_list_view=KINDS[kind]), text)
    number = _number(page.text("page"))
    paging = Paging(count=ROWS, sort_by=SORTS[sort], descending=is_down, sort_order_given=True)

    async def read(number: int) -> Any:
        start = msgspec.structs.replace(paging, start_index=(number - 1) * ROWS)
        return await reads.page(work, filter_params, start)

    found = await read(number)
    total = found.total or 0
    last = max(1, -(-total // ROWS))
    if number > last:  # what was on this page is gone
        number, found = last, await read(last)
    chosen = {name: value for name, value in (("kind", kind), ("text", text)) if value}
    order = {"sort": sort, **({"order": "descending"} if is_down else {})}
    return {
        "rows": screen.rows(found.rows),
        "heads": screen.heads(chosen, sort, down=is_down),
        "tabs": screen.tabs({**chosen, **order} if page.text("sort") else chosen, kind),
        "pages": pages(LIST, {**chosen, **order}, number, ROWS, total),
        "number": total,
        "kind": kind,
        "text": text,
        "order": order if page.text("sort") else {},
    }


def _sorting(page: PageRequest) -> tuple[str, bool]:
    """The newest first where the address says nothing."""
    sort = page.text("sort")
    _demand(not sort or sort in SORTS, "sort", f"must be one of: {', '.join(SORTS)}")
    return sort or NEWEST, page.text("order") == "descending" if sort else True


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 8
    return min(max(int(text), 1), FURTHEST) if is_number else 1


def _demand(holds: bool, name: str, sentence: str) -> None:
    if not holds:
        raise Invalid(name, sentence)

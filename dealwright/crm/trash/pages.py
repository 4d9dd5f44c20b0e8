"""The trash as a page: found, restored one by one or together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dealwright import access
from dealwright.crm.page_links import address, pages
from dealwright.crm.trash import actions, periods, reads, screen
from dealwright.crm.trash.rules import Item
from dealwright.errors import CrmError, Invalid
from dealwright.portal.stages.queries import pipeline
from dealwright.ui.forms import whole
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
ROWS = 50  # of a page, and as many are restored at once
LONGEST = 1000  # characters of a search, as on the API
FURTHEST = 1_000_000  # the last page that is looked for
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@page.get("trash")
async def show(page: PageRequest) -> Response:
    """What was deleted, the latest first: searched by words, by kind, paged."""
    return await _shown(page)


@page.post("trash/restore")
async def restore(page: PageRequest) -> Response:
    """Restores what is chosen: all of it, or nothing. What refuses is said above the list."""
    items = [_item(each) for each in page.texts("item")]
    if len(items) > ROWS:
        raise Invalid("item", f"must be at most {ROWS} records")
    if not items:
        return await _shown(page, refusal=page.say("Choose at least one record to restore."))
    stage_id = whole(page.text("stage"))
    try:
        restored = await page.write(
            lambda work: actions.restore(work, items, stage_id=stage_id), transaction=True
        )
    except CrmError as error:
        if isinstance(error, Invalid) and error.parameter == "stageid":
            said = page.say("The stage of an opportunity was deleted: choose another stage for it.")
            return await _shown(page, refusal=said, lacks_stage=True)
        return await _shown(page, refusal=error.text)
    if len(restored) == 1:
        page.toast(page.say("Restored %(title)s", title=restored[0].title))
    else:
        count = len(restored)
        page.toast(page.say_many("%(n)s record restored", "%(n)s records restored", count))
    return page.redirect(address(screen.LIST, _query(page)))


def _item(text: str) -> Item:
    """Raises Invalid unless it is a kind, a colon and an id."""
    kind, _, id = text.partition(":")
    if kind not in screen.KINDS or not whole(id):
        raise Invalid("item", "must be a kind and an id, as in contact:1")
    return Item(kind, whole(id))


def _query(page: PageRequest) -> dict[str, str]:
    return {name: page.text(name) for name in ("kind", "text") if page.text(name)}


async def _shown(page: PageRequest, *, refusal: str = "", lacks_stage: bool = False) -> Response:
    values = await page.read(lambda work: _list(page, work), heavy=True)
    return page.page(
        "crm/trash/list.html",
        status=400 if refusal else 200,
        refusal=refusal,
        lacks_stage=lacks_stage,
        chosen=page.texts("item"),
        **values,
    )


async def _list(page: PageRequest, work: Work) -> dict[str, Any]:
    text, kind = page.text("text"), page.text("kind")
    if len(text) > LONGEST:
        raise Invalid("text", f"must be at most {LONGEST} characters")
    if kind and kind not in screen.KINDS:
        raise Invalid("kind", f"must be one of: {', '.join(screen.KINDS)}")
    number = min(max(whole(page.text("page")), 1), FURTHEST)

    async def read(number: int) -> Any:
        paging = Paging(count=ROWS, start_index=(number - 1) * ROWS, filter_value=text)
        return await reads.page(work, kind, paging)

    found = await read(number)
    total = found.total or 0
    last = max(1, -(-total // ROWS))
    if number > last:  # what was on this page is restored
        number, found = last, await read(last)
    stages = (await work.cached(pipeline)).values()
    return {
        "rows": screen.rows(found.rows, _EPOCH + timedelta(microseconds=work.now)),
        "tabs": screen.tabs(kind, text),
        "pages": pages(screen.LIST, _query(page), number, ROWS, total),
        "number": total,
        "days": await periods.days(work),
        "kind": kind,
        "text": text,
        "stages": [(each.id, each.title) for each in stages],
    }

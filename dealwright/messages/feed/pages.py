"""The notifications of a person as a page: read, marked as read, chosen by kind."""

from typing import Any

from dealwright import access
from dealwright.messages.feed import actions, screen
from dealwright.messages.feed.rules import ChoiceInput
from dealwright.messages.feed.shapes import Notification
from dealwright.messages.notifications.rules import NotificationKind
from dealwright.ui.forms import whole
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
FEED = "/notifications"
ROWS = 50  # of a page
FURTHEST = 1_000_000  # the last page that is looked for


@page.get("notifications")
async def show(page: PageRequest) -> Response:
    """What happened that concerns the person, the newest first, and which of it they want."""
    return page.page(
        "messages/feed/list.html", **await page.read(lambda work: _feed(page, work), heavy=True)
    )


async def _feed(page: PageRequest, work: Work) -> dict[str, Any]:
    only_unread = page.text("unread") == "1"

    async def read(number: int) -> Listing[Notification]:
        paging = Paging(count=ROWS, start_index=(number - 1) * ROWS)
        return await actions.feed(work, is_read=False if only_unread else None, paging=paging)

    number = min(max(whole(page.text("page")), 1), FURTHEST)
    found = await read(number)
    last = max(1, -(-(found.total or 0) // ROWS))
    if number > last:  # what was on this page is read
        number, found = last, await read(last)
    unread = await actions.feed(work, is_read=False, paging=Paging(count=0))
    return {
        "rows": screen.rows(found.rows, page.has_pages_of),
        "before": _address(only_unread, number - 1) if number > 1 else "",
        "after": _address(only_unread, number + 1) if number < last else "",
        "unread": unread.total or 0,
        "only_unread": only_unread,
        "choices": screen.choices(await actions.chosen(work)),
    }


@page.post("notifications/read")
async def mark(page: PageRequest) -> Response:
    """Marks one notification as read, or with `all` every one."""
    everything = page.text("all") == "1"
    ids = [] if everything else [whole(page.text("id"), "id")]
    await page.write(lambda work: actions.mark(work, ids, everything=everything), transaction=True)
    page.toast(page.say("Marked as read"))
    return page.redirect(_address(page.text("unread") == "1", 1))


@page.post("notifications/settings")
async def choose(page: PageRequest) -> Response:
    """Saves which kinds the person gets here and by mail."""
    here, by_mail = set(page.texts("here")), set(page.texts("by_mail"))
    inputs = [
        (kind.value, ChoiceInput(kind.value in here, kind.value in by_mail))
        for kind in NotificationKind
    ]
    await page.write(lambda work: actions.choose(work, inputs))
    page.toast(page.say("Saved"))
    return page.redirect(FEED)


def _address(only_unread: bool, number: int) -> str:
    query = [*(["unread=1"] if only_unread else []), *([f"page={number}"] if number > 1 else [])]
    return f"{FEED}?{'&'.join(query)}" if query else FEED

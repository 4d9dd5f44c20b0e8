"""The stream of changes that an open page listens to, as server-sent events.

It names only what its user may see. Events: `hello` once, `changes`, `resync` (something was
missed: read again what is shown) and `ended` (the session is over).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from dealwright import access
from dealwright.crm.live.hub import Hub, Listener, Since
from dealwright.crm.live.reads import seen_by
from dealwright.crm.live.rules import Seen, Unsaid
from dealwright.errors import Invalid
from dealwright.people.queries import everybody
from dealwright.people.shapes import display_name
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import pipeline
from dealwright.ui.page import PageRequest
from dealwright.wire.context import browsing
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
HEARTBEAT = 20.0  # seconds
_HEADERS = [
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),  # a proxy would hold events back
]


@page.get("live")
async def live(page: PageRequest) -> Response:
    """Changes that the viewer may see, as they happen. `since`: when the page was drawn."""
    stream = _events(page, _since(page))
    await anext(stream)  # it has its place before the answer begins, and gives it back when closed
    return Response(200, b"", _HEADERS, stream=stream, length=None)


def _since(page: PageRequest) -> Since:
    """Raises Invalid."""
    told = page.request.header(b"last-event-id") or page.text("told")
    moment = told or page.text("since", "0")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 18):
        raise Invalid("since", "must be a moment in microseconds since 1970")
    return Since(int(moment), is_told=bool(told))


async def _events(page: PageRequest, since: Since) -> AsyncGenerator[bytes, None]:
    """The first piece is empty and means that there is a place. Raises TooMany."""
    hub: Hub = page.site.hub
    look = partial(seen_by, page.site.database)
    listener = await hub.join(page.actor.id, is_admin=page.actor.is_admin, since=since, look=look)
    try:
        yield b""
        yield b"retry: 2000\n" + _event("hello", {"csrf": page.token, "viewer": page.actor.id})
        unsaid = Unsaid()
        while True:
            actor = await browsing(page.site, page.request, _now())
            if actor is None:
                yield _event("ended", {})
            if actor != page.actor:  # with another role they come back as another listener
                return
            seen, has_missed = listener.take()
            unsaid = unsaid.with_changes(seen, viewer=page.actor.id)
            sentence, unsaid = await _sentence(page, unsaid, _now())
            # What comes from now on is told again to one that comes back with this number.
            told_on = _now()
            if has_missed:
                yield _event("resync", {}, told_on)
            if seen or sentence:
                yield _event("changes", _told(page, seen, sentence), told_on)
            elif not has_missed:
                yield f"id: {told_on}\n\n".encode()
            await _wait(listener, unsaid.waits(_now()))
    finally:
        hub.leave(listener)


async def _wait(listener: Listener, microseconds: int | None) -> None:
    longest = HEARTBEAT if microseconds is None else min(HEARTBEAT, microseconds / 1_000_000)
    with suppress(TimeoutError):
        await asyncio.wait_for(listener.woken.wait(), longest)
    listener.woken.clear()


def _told(page: PageRequest, seen: Sequence[Seen], sentence: str) -> dict[str, object]:
    """`versions`: those of the opportunities themselves; a page that shows this one need not read
    it again. `touched`: what others changed."""
    return {
        "ids": [each.opportunity_id for each in seen],
        "versions": {str(each.opportunity_id): each.version for each in seen if each.version},
        "touched": [each.opportunity_id for each in seen if each.by != page.actor.id],
        "say": sentence,
    }


async def _sentence(page: PageRequest, unsaid: Unsaid, now: int) -> tuple[str, Unsaid]:
    """What a screen reader says of the changes by others, at most one sentence in a while."""
    if unsaid.waits(now) != 0:
        return "", unsaid
    sentence = await page.read(partial(_words, page=page, seen=unsaid.changes[-1]))
    if more := len(unsaid.changes) - 1:
        rest = page.say_many("%(n)s more change", "%(n)s more changes", more, n=more)
        sentence = f"{sentence}. {rest}"
    return sentence, Unsaid(said_on=now)


async def _words(work: Work, *, page: PageRequest, seen: Seen) -> str:
    person = (await work.cached(everybody)).get(seen.by)
    language = (await work.cached(current)).language
    who = display_name(person, language=language) if person else "Dealwright"
    stage = (await work.cached(pipeline)).get(seen.stage_id)
    if seen.kind == "task":
        return page.say("%(who)s changed a task of %(title)s", who=who, title=seen.title)
    if seen.kind == "event":
        return page.say("%(who)s added to the history of %(title)s", who=who, title=seen.title)
    if seen.action == "moved" and stage is not None:
        return page.say(
            "%(who)s moved %(title)s to %(stage)s", who=who, title=seen.title, stage=stage.title
        )
    if seen.action == "created":
        return page.say("%(who)s added %(title)s", who=who, title=seen.title)
    if seen.action == "deleted":
        return page.say("%(who)s deleted %(title)s", who=who, title=seen.title)
    return page.say("%(who)s changed %(title)s", who=who, title=seen.title)


def _event(name: str, data: object, number: int | None = None) -> bytes:
    told = msgspec.json.encode(data).decode()  # one line: JSON escapes what would end it
    numbered = "" if number is None else f"id: {number}\n"
    return f"{numbered}event: {name}\ndata: {told}\n\n".encode()


def _now() -> int:
    return time.time_ns() // 1000

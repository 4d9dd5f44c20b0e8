"""Serves a user's calendar feed at its secret address."""

import time
from hashlib import sha256

from dealwright.access import ANONYMOUS
from dealwright.crm.tasks.calendars import actions
from dealwright.crm.tasks.calendars.rules import ADDRESS
from dealwright.errors import NotFound
from dealwright.wire.context import RequestContext, Site
from dealwright.wire.exchange import Request, Response
from dealwright.work import Work

CALENDAR = "/calendar/"


async def calendar(site: Site, request: Request) -> Response:
    """Serves the open tasks and expected closings of the owner of the address. Raises NotFound."""
    found = ADDRESS.fullmatch(request.path)
    request.path = f"{CALENDAR}…"  # the log names a later failure by this
    if found is None:
        raise NotFound
    now = time.time_ns() // 1000
    secret = found[1]

    async def look(work: Work) -> actions.Owner:
        return await actions.owner(work, secret)

    owner = await RequestContext(site, request, ANONYMOUS, now).read(look)
    context = RequestContext(site, request, owner.actor, now)
    if not owner.is_fresh:
        await context.write(lambda work: actions.note_use(work, owner.actor.id))
    body: bytes = await context.read(actions.calendar, heavy=True)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = [
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Referrer-Policy", "no-referrer"),
    ]
    if etag in request.header(b"if-none-match"):
        return Response(304, b"", headers)
    headers += [
        ("Content-Type", "text/calendar; charset=utf-8"),
        ("Content-Disposition", 'attachment; filename="dealwright.ics"'),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    return Response(200, body, headers)

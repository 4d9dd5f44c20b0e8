"""The API tokens of everybody as a page of the settings."""

import msgspec

from dealwright import access
from dealwright.people.reads import directory
from dealwright.people.tokens import actions
from dealwright.people.tokens.queries import MOST, IssuedToken
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.demand_portal_admin)


class TokenPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("settings/tokens")
async def show(page: PageRequest) -> Response:
    """Which programs can act as whom, and when they did last."""

    async def look(work: Work) -> list[tuple[IssuedToken, str]]:
        known = await directory(work)
        names = {each.id: known.brief(each).display_name for each in known.people.values()}
        return [(each, names.get(each.person_id, "")) for each in await actions.issued(work)]

    tokens = await page.read(look)
    return page.page("people/tokens/tokens.html", tokens=tokens, most=MOST)


@page.post("settings/tokens/{id:id}/revoke")
async def revoke(page: PageRequest, params: TokenPath) -> Response:
    """Ends a token at once."""
    gone = await page.write(lambda work: actions.revoke(work, params.id), transaction=True)
    page.toast(page.say("Revoked: %(title)s", title=gone.title))
    return page.redirect("/settings/tokens")

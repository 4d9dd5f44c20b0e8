"""A person's own page: how they want the interface, their password, their API tokens."""

from typing import Any

import msgspec

from dealwright import access
from dealwright.errors import CrmError, Invalid, TooMany, WrongPassword
from dealwright.people import actions as people
from dealwright.people.preferences import actions
from dealwright.people.sign_in import sessions
from dealwright.ui.page import PageRequest
from dealwright.ui.viewer import viewer
from dealwright.wire.credentials import Login
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.anyone)


class OneToken(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("profile")
async def show(page: PageRequest) -> Response:
    """What one has chosen, with the forms to change it."""
    return await _profile(page)


@page.post("profile")
async def choose(page: PageRequest) -> Response:
    """Saves how one wants the interface."""
    requested = {
        "language": page.text("language"),
        "theme": page.text("theme"),
        "density": page.text("density"),
        "single_keys": page.text("single_keys") == "on",
    }
    await page.write(lambda work: actions.choose(work, requested))
    page.viewer = await page.read(viewer)  # what is said next is said in the new language
    page.toast(page.say("Saved"))
    return page.redirect("/profile")


@page.post("profile/password")
async def change_password(page: PageRequest) -> Response:
    """Sets another password; all other sessions end, this browser stays signed in."""
    email, wanted = page.viewer.email, page.secret("new_password")
    try:
        shown = Login(email, page.secret("password"))
        if await page.site.identify(shown, page.request, page.now) is None:
            raise WrongPassword
        await people.change_password(page.context, page.actor.id, wanted)
    except WrongPassword:
        return await _profile(page, status=422, problem={"password": page.say("That is not it")})
    except TooMany:
        said = page.say("Too many tries. Wait a minute, then try again.")
        return await _profile(page, status=429, problem={"password": said})
    except Invalid:
        return await _profile(page, status=422, problem={"new_password": _rule(page)})
    opened = await sessions.sign_in(page.context, email, wanted)
    page.add_header("Set-Cookie", opened.cookie)
    page.toast(page.say("Password changed. All other sessions have ended."))
    return page.redirect("/profile")


@page.post("profile/tokens")
async def make_token(page: PageRequest) -> Response:
    """Makes an API token and shows it this once."""

    async def make(work: Work) -> tuple[Any, str]:
        return await sessions.make_token(
            work, work.actor.id, title=page.text("title"), scope=page.text("scope")
        )

    try:
        _, text = await page.write(make)
    except CrmError:
        said = page.say("Say what the token is for")
        return await _profile(page, status=422, problem={"title": said})
    return await _profile(page, made=text)


@page.post("profile/tokens/{id:id}/revoke")
async def revoke_token(page: PageRequest, params: OneToken) -> Response:
    """Ends an API token."""
    ended = await page.write(lambda work: sessions.revoke_token(work, params.id))
    page.toast(page.say("Revoked: %(title)s", title=ended.title))
    return page.redirect("/profile")


async def _profile(page: PageRequest, *, status: int = 200, **values: object) -> Response:
    async def look(work: Work) -> tuple[Any, Any]:
        return await actions.chosen(work), await sessions.tokens(work)

    chosen, tokens = await page.read(look)
    shown = {"problem": {}, "made": "", **values}
    return page.page(
        "people/preferences/profile.html", status=status, chosen=chosen, tokens=tokens, **shown
    )


def _rule(page: PageRequest) -> str:
    return page.say("Use 8 to 256 characters, neither all alike nor your name")

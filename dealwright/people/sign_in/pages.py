"""The pages for signing in and out."""

import msgspec

from dealwright import access
from dealwright.errors import TooMany, WrongPassword
from dealwright.people.sign_in import sessions
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id


class OneSession(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


before_sign_in = Routes("")
page = Routes("", gate=access.anyone)


@before_sign_in.get("login")
async def show(page: PageRequest) -> Response:
    """The form that asks for e-mail address and password."""
    if page.viewer.is_signed_in:
        return page.redirect(safe_next(page.text("next")))
    return _form(page)


@before_sign_in.post("login")
async def sign_in(page: PageRequest) -> Response:
    """Opens a session and redirects to the page that the user wanted."""
    try:
        opened = await sessions.sign_in(page.context, page.text("email"), page.secret("password"))
    except WrongPassword:
        return _form(page, "wrong", status=401)
    except TooMany as blocked:
        page.add_header("Retry-After", str(blocked.retry_after))
        return _form(page, "blocked", status=429)
    page.add_header("Set-Cookie", opened.cookie)
    return page.redirect(safe_next(page.text("next")))


@page.post("logout")
async def sign_out(page: PageRequest) -> Response:
    """Ends the session of this browser."""
    page.add_header("Set-Cookie", await sessions.sign_out(page.context))
    return page.redirect("/login")


@page.get("sessions")
async def show_sessions(page: PageRequest) -> Response:
    """Where one is signed in."""
    found = await page.read(sessions.mine)
    return page.page("people/sign_in/sessions.html", sessions=found, current=page.actor.token_id)


@page.post("sessions/{id:id}/end")
async def end_session(page: PageRequest, params: OneSession) -> Response:
    """Signs another browser out."""
    await page.write(lambda work: sessions.end(work, params.id))
    page.toast(page.say("Session ended"))
    return page.redirect("/login" if params.id == page.actor.token_id else "/sessions")


@page.post("sessions/end-others")
async def end_other_sessions(page: PageRequest) -> Response:
    """Signs all other browsers out."""
    count = await page.write(sessions.end_others)
    page.toast(page.say_many("%(n)s session ended", "%(n)s sessions ended", count))
    return page.redirect("/sessions")


def _form(page: PageRequest, problem: str = "", *, status: int = 200) -> Response:
    return page.page(
        "people/sign_in/login.html",
        status=status,
        problem=problem,
        email=page.text("email"),
        next=safe_next(page.text("next")),
    )


page.list += before_sign_in.list

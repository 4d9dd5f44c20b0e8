"""The pages for signing in and out."""

from dealwright import access
from dealwright.errors import TooMany, WrongPassword
from dealwright.people.sign_in import sessions
from dealwright.ui.page import PageRequest, safe_next
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes

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


def _form(page: PageRequest, problem: str = "", *, status: int = 200) -> Response:
    return page.page(
        "people/sign_in/login.html",
        status=status,
        problem=problem,
        email=page.text("email"),
        next=safe_next(page.text("next")),
    )


page.list += before_sign_in.list

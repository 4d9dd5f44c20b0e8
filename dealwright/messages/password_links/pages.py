"""The pages of a forgotten password, of a link that sets one, and of an invitation."""

from typing import Any

import msgspec

from dealwright import access
from dealwright.errors import Conflict, Invalid, NotFound
from dealwright.messages.password_links import actions
from dealwright.people.accounts import actions as accounts
from dealwright.people.sign_in import sessions
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

before_sign_in = Routes("")
page = Routes("", gate=access.demand_portal_admin)


class OneLink(msgspec.Struct, kw_only=True, frozen=True):
    text: str


@before_sign_in.get("forgotten")
async def show_forgotten(page: PageRequest) -> Response:
    """Asks for the address, or says whom to ask where no letters are sent."""
    can_write = await page.read(actions.can_write)
    return page.page(_FORGOTTEN, can_write=can_write, is_sent=False)


@before_sign_in.post("forgotten")
async def forgotten(page: PageRequest) -> Response:
    """Sends a link; says the same for every address."""
    await page.write(lambda work: actions.ask_for_letter(work, page.text("email")))
    return page.page(_FORGOTTEN, can_write=True, is_sent=True)


@before_sign_in.get("password/{text}")
async def show_link(page: PageRequest, params: OneLink) -> Response:
    """Asks for the new password of the link's owner. Opening it changes nothing."""
    return await _password(page, params.text)


@before_sign_in.post("password/{text}")
async def set_password(page: PageRequest, params: OneLink) -> Response:
    """Sets the password and signs its owner in."""
    password = page.secret("new_password")
    try:
        found = await actions.set_password(page.context, params.text, password)
    except Invalid:
        return await _password(page, params.text, is_refused=True)
    except NotFound:
        return await _password(page, params.text)
    opened = await sessions.sign_in(page.context, found.email, password)
    page.add_header("Set-Cookie", opened.cookie)
    page.toast(page.say("Password set"))
    return page.redirect("/")


@page.get("people/invite")
async def show_invitation(page: PageRequest) -> Response:
    """Asks whom to invite."""
    return _invitation(page)


@page.post("people/invite")
async def invite(page: PageRequest) -> Response:
    """Makes an account and the link by which its owner sets a password, shown this once."""
    requested = Newcomer(
        email=page.text("email"),
        first_name=page.text("first_name"),
        last_name=page.text("last_name"),
        is_visitor=page.text("role") == "guest",
    )
    try:
        person_id = await accounts.create(page.context, requested, password=None)
    except Conflict:
        problem = {"email": page.say("Somebody has this address already")}
        return _invitation(page, status=422, problem=problem)
    except Invalid as error:
        name = {"firstname": "first_name", "lastname": "last_name"}.get(error.parameter, "email")
        return _invitation(page, status=422, problem={name: page.say("Check this")})

    async def make(work: Work) -> Any:
        return await actions.invite(work, person_id)

    made = await page.write(make)
    return _invitation(page, made=made, name=requested.first_name)


class Newcomer(msgspec.Struct, kw_only=True, frozen=True):
    """What is said of somebody who is invited: the rest is as for any new account."""

    email: str
    first_name: str
    last_name: str
    is_visitor: bool = False
    department: tuple[str, ...] = ()
    title: None = None
    location: None = None
    sex: None = None
    birthday: None = None
    works_from: None = None
    comment: None = None
    contacts: tuple[Any, ...] = ()
    lead: None = None
    culture_name: None = None
    disable: None = None


_FORGOTTEN = "messages/password_links/forgotten.html"


def _invitation(page: PageRequest, *, status: int = 200, **values: object) -> Response:
    typed = {name: page.text(name) for name in ("email", "first_name", "last_name", "role")}
    shown = {**typed, "problem": {}, "made": None, "name": "", **values}
    return page.page("messages/password_links/invite.html", status=status, **shown)


async def _password(page: PageRequest, text: str, *, is_refused: bool = False) -> Response:
    page.request.path = f"{actions.PAGE}…"  # the log is not told the link
    status = 422 if is_refused else 200
    try:
        found = await page.read(lambda work: actions.good(work, text))
    except NotFound:
        found, status = None, 404
    return page.page(
        "messages/password_links/password.html",
        status=status,
        found=found,
        text=text,
        is_refused=is_refused,
    )


page.list += before_sign_in.list

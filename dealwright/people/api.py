"""Routes of people: signing in and out, your tokens and password, reading people."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.errors import Forbidden, WrongPassword
from dealwright.people import actions, reads, shapes
from dealwright.people.rules import ActivationStatus, EmployeeStatus, EmployeeType
from dealwright.people.shapes import (
    AccessToken,
    Employee,
    EmployeeFull,
    Photo,
    SessionShown,
    TokenData,
)
from dealwright.people.sign_in import sessions
from dealwright.wire.context import RequestContext
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Id, Length
from dealwright.work import Work

Text = Annotated[str, Length(255)]

NOT_KEPT = {"Cache-Control": "no-store"}  # an answer that holds a secret

# Callers of these have not signed in yet.
before_sign_in = Routes("")
route = Routes("", gate=access.anyone)


class SignIn(msgspec.Struct, kw_only=True, frozen=True):
    """`userName`: e-mail address, user name or id; `provider`: empty or `email`."""

    user_name: Text = ""
    password: str = ""
    provider: Text = ""


class Code(SignIn, kw_only=True, frozen=True):
    code: str


class TokenWish(msgspec.Struct, kw_only=True, frozen=True):
    """`title`: what it is for; `scope`: `read` or `write`."""

    title: Text = ""
    scope: Text = "read"


class OneToken(msgspec.Struct, kw_only=True, frozen=True):
    id: Id = 0


class Named(msgspec.Struct, kw_only=True, frozen=True):
    """`username`: a user name or an id."""

    username: str


class PersonPath(msgspec.Struct, kw_only=True, frozen=True):
    """`userid`: a user name or an id."""

    user_id: str


class NewPassword(msgspec.Struct, kw_only=True, frozen=True):
    user_id: Guid
    password: str = ""


class ByEmail(msgspec.Struct, kw_only=True, frozen=True):
    email: Text = ""


class Search(msgspec.Struct, kw_only=True, frozen=True):
    query: Annotated[str, Length(1000)] = ""


class InState(msgspec.Struct, kw_only=True, frozen=True):
    """`status`: Active, Terminated, All or its number."""

    status: EmployeeStatus
    query: Annotated[str, Length(1000)] = ""


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    """Terminated users are shown only to administrators."""

    employee_status: EmployeeStatus | None = None
    group_id: Guid | None = None
    activation_status: ActivationStatus | None = None
    employee_type: EmployeeType | None = None
    is_administrator: bool | None = None


class Product(msgspec.Struct, kw_only=True, frozen=True):
    product_id: Guid


# --------------------------------------------------------------------------------------- signing in


@before_sign_in.post("authentication", mode=Mode.DIRECT, idempotent=False)
async def sign_in(context: RequestContext, params: SignIn) -> Answer[TokenData]:
    """Signs in by name and password; also sets the cookie of the browser.

    After five failures within a minute from one address the name is blocked there for a minute.
    """
    if params.provider.lower() not in ("", "email"):
        raise WrongPassword
    opened = await sessions.sign_in(context, params.user_name, params.password)
    cookie = {"Set-Cookie": opened.cookie} if opened.cookie else {}
    shown = TokenData(token=opened.token, expires=opened.expires)
    return Answer(shown, headers=NOT_KEPT | cookie)


@before_sign_in.post("authentication/{code}", mode=Mode.DIRECT, idempotent=False)
async def sign_in_by_code(context: RequestContext, params: Code) -> TokenData:
    """Signs in with a second factor: no account has one, so every code is wrong."""
    raise WrongPassword


@before_sign_in.post("authentication/setphone", idempotent=False)
@before_sign_in.post("authentication/sendsms", idempotent=False)
async def no_sms(work: Work) -> TokenData:
    """Signs in with a code from an SMS: no SMS are sent, so the answer is always 403."""
    # differs: the reference answers 500 where these sign-ins are not set up.
    raise Forbidden(
        "No SMS is sent here: sign in by POST authentication with userName and password"
    )


@before_sign_in.post("authentication/login", idempotent=False)
async def no_key(work: Work) -> bool:
    """Signs in with a key from an e-mail: no keys are sent, so the answer is always 403."""
    raise Forbidden(
        "No sign-in keys are sent here: sign in by POST authentication with userName and password"
    )


@before_sign_in.post("authentication/register", idempotent=False)
async def no_registration(work: Work) -> str:
    """Registers a new user: only administrators add accounts, so the answer is always 403."""
    raise Forbidden("Registration is closed: ask an administrator of the portal")


@route.post("authentication/logout", mode=Mode.DIRECT, idempotent=False)
async def sign_out(context: RequestContext) -> Answer[None]:
    """Ends the session of the request."""
    return Answer(None, headers={"Set-Cookie": await sessions.sign_out(context)})


@route.get("people/@self/tokens")
async def tokens(work: Work, paging: Paging) -> Listing[AccessToken]:
    """Lists the caller's API tokens, without their text."""
    found = await sessions.tokens(work)
    return arrange([shapes.access_token(each, work.moments) for each in found], paging)


# An idempotent answer would be stored, and the token with it.
@route.post("people/@self/tokens", idempotent=False)
async def make_token(work: Work, params: TokenWish) -> Answer[AccessToken]:
    """Makes an API token that acts as the caller; its text is shown only now."""
    made, text = await sessions.make_token(
        work, work.actor.id, title=params.title, scope=params.scope
    )
    return Answer(shapes.access_token(made, work.moments, text), headers=NOT_KEPT)


@route.delete("people/@self/tokens")
@route.delete("people/@self/tokens/{id:id}")
async def revoke_token(work: Work, params: OneToken) -> AccessToken:
    """Revokes one of the caller's API tokens."""
    return shapes.access_token(await sessions.revoke_token(work, params.id), work.moments)


@route.get("people/@self/sessions")
async def open_sessions(work: Work, paging: Paging) -> Listing[SessionShown]:
    """Lists where the caller is signed in, those used last first."""
    found = await sessions.mine(work)
    current = work.actor.token_id
    return arrange([shapes.session(each, work.moments, current=current) for each in found], paging)


@route.delete("people/@self/sessions/{id:id}")
async def end_session(work: Work, params: OneToken) -> SessionShown:
    """Ends one of the caller's sessions: that browser is signed out."""
    ended = await sessions.end(work, params.id)
    return shapes.session(ended, work.moments, current=work.actor.token_id)


@route.put("people/{userid}/password", mode=Mode.DIRECT)
async def set_password(context: RequestContext, params: NewPassword) -> EmployeeFull:
    """Sets your own password or, as an administrator, another user's; ends all sessions of that
    user."""
    await actions.change_password(context, params.user_id, params.password)
    shown: EmployeeFull = await context.read(lambda work: reads.person(work, params.user_id))
    return shown


# ------------------------------------------------------------------------------------------- people


@route.get("people/@self")
async def myself(work: Work) -> EmployeeFull:
    """Gives the signed-in user."""
    return await reads.person(work, work.actor.id)


@route.get("people")
async def active(work: Work, paging: Paging) -> Listing[EmployeeFull]:
    """Lists the active users; `filterBy=group` with a group's id as `filterValue` limits it to a
    group."""
    return await reads.with_status(work, EmployeeStatus.ACTIVE, paging)


@route.get("people/{username}")
async def view(work: Work, params: Named) -> EmployeeFull:
    """Gives a user by user name or id."""
    return await reads.person(work, params.username)


@route.get("people/email")
async def by_email(work: Work, params: ByEmail) -> EmployeeFull:
    """Gives the user with an e-mail address."""
    return await reads.by_email(work, params.email)


@route.get("people/status/{status}")
@route.get("people/status/{status}/search")
async def in_state(work: Work, params: InState, paging: Paging) -> Listing[EmployeeFull]:
    """Lists the users in a state."""
    return await reads.with_status(work, params.status, paging, text=params.query)


@route.get("people/search")
@route.get("people/@search/{query}")
async def search(work: Work, params: Search, paging: Paging) -> Listing[EmployeeFull]:
    """Lists active users; every word of the text must be part of a name, job title or address."""
    return await reads.with_status(work, EmployeeStatus.ACTIVE, paging, text=params.query)


@route.get("people/filter")
async def page(work: Work, params: Filter, paging: Paging) -> Listing[EmployeeFull]:
    """Lists the users that match all given filters."""
    return await reads.matching(work, params, paging)


@route.get("people/simple/filter")
async def brief_page(work: Work, params: Filter, paging: Paging) -> Listing[Employee]:
    """Lists the users that match all given filters, in brief."""
    return await reads.matching_brief(work, params, paging)


@route.get("people/{userid}/photo")
async def photo(work: Work, params: PersonPath) -> Photo:
    """Gives the addresses of a user's photo."""
    await reads.person(work, params.user_id)
    return shapes.photo()


@route.get("settings/security/administrator/{productid}")
async def administrators(work: Work, params: Product, paging: Paging) -> Listing[Employee]:
    """Lists the administrators of a module; with the empty id those of the portal."""
    return arrange(await reads.administrators(work, params.product_id), paging)


route.list += before_sign_in.list

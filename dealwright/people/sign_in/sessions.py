"""Signing in and out, and users' API tokens: everything that makes and ends tokens.

A token is random text that is shown once; its hash is stored.
"""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import structlog

from dealwright.errors import Forbidden, Invalid, NotFound, WrongPassword
from dealwright.people import queries, rules
from dealwright.people.queries import Account, ApiToken, OpenSession
from dealwright.people.rules import SECOND
from dealwright.people.sign_in.authenticator import found_tokens, verified_logins
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Insert, Remove, Run
from dealwright.wire import credentials
from dealwright.wire.context import RequestContext
from dealwright.wire.credentials import Login, Token
from dealwright.work import Work

log = structlog.get_logger("dealwright")
DAY = 24 * 3600 * SECOND
BYTES = 32  # random bytes in a token
ENTITY = "token"


class Opened(NamedTuple):
    """A new session. `cookie` is the Set-Cookie header, empty if the browser must not get one."""

    token: str
    expires: str
    cookie: str


async def sign_in(context: RequestContext, name: str, password: str) -> Opened:
    """Opens a session for the right password. Raises WrongPassword, TooMany."""
    for _ in range(2):  # a second time if the account changed while its password was compared
        before = await context.read(lambda work: queries.account(work.session, rules.folded(name)))
        actor = await context.site.identify(Login(name, password), context.request, context.now)
        if actor is None or before is None:
            break
        opened: Opened | None = await context.write(partial(_open, account=before, context=context))
        if opened is not None:
            log.info("signed in", person=actor.id)
            return opened
    raise WrongPassword


async def _open(work: Work, *, account: Account, context: RequestContext) -> Opened | None:
    """None if the password is no longer the one that was compared."""
    days = work.settings.session_days
    expires_on = work.now + days * DAY
    device = rules.device(context.request.header(b"user-agent"))
    text, row = _new_token(
        work, account.id, kind="session", scope="write", title=device, expires_on=expires_on
    )
    still_so = Run(
        queries.STILL_SO, {"person_id": account.id, "password_hash": account.password_hash}
    )
    if await work.save(Change(Insert(schema.token, row, given=still_so))) is None:
        return None
    # A page of another host gets the token, since it knows the password, but cannot sign the
    # browser in as a user whom the person in front of it does not expect.
    is_foreign = credentials.is_foreign(context.request, context.site.own_hosts)
    is_secure = work.base_url.startswith("https:") or context.request.scheme == "https"
    cookie = "" if is_foreign else set_cookie(text, seconds=days * 86_400, is_secure=is_secure)
    return Opened(text, work.moments.with_offset(expires_on), cookie)


def set_cookie(token: str, *, seconds: int, is_secure: bool) -> str:
    """The session cookie as a header; with 0 seconds left the browser deletes it."""
    parts = [
        f"{credentials.COOKIE}={token}",
        "Path=/",
        f"Max-Age={seconds}",
        "HttpOnly",
        "SameSite=Lax",
    ]
    return "; ".join([*parts, "Secure"] if is_secure else parts)


async def sign_out(context: RequestContext) -> str:
    """Ends the sessions of the request and returns the header that clears the cookie. API tokens
    stay."""
    shown = [each.text for each in credentials.shown(context.request) if isinstance(each, Token)]
    hashes = [rules.token_hash(text) for text in shown]
    if hashes:
        await context.write(lambda work: _end_sessions(work, {"hash": hashes}))
        log.info("signed out", person=context.actor.id)
    is_secure = context.request.scheme == "https"
    return set_cookie("", seconds=0, is_secure=is_secure)


async def _end_sessions(work: Work, where: dict[str, Any]) -> None:
    await work.save(Change(None, (Remove(schema.token, {**where, "kind": "session"}),)))
    work.invalidate(found_tokens)


async def mine(work: Work) -> Sequence[OpenSession]:
    """The actor's open sessions, those used last first, at most 200."""
    rows = await work.fetch(queries.SESSIONS_OF, person_id=work.actor.id, now=work.now)
    return [OpenSession(*row) for row in rows]


async def end(work: Work, session_id: int) -> OpenSession:
    """Ends one of the actor's sessions; as it was. Raises NotFound."""
    found = next((each for each in await mine(work) if each.id == session_id), None)
    if found is None:
        raise NotFound
    await _end_sessions(work, {"id": session_id})
    return found


async def end_others(work: Work) -> int:
    """Ends all of the actor's sessions but the one that asks; how many."""
    others = [each.id for each in await mine(work) if each.id != work.actor.token_id]
    if others:
        await _end_sessions(work, {"id": others})
    return len(others)


def end_sessions_of(work: Work, person_id: str) -> Remove:
    """A step for `Change.then` that ends a user's sessions and invalidates what is cached of
    them."""
    forget_actors(work)
    return Remove(schema.token, {"person_id": person_id, "kind": "session"})


def end_everything_of(work: Work, person_ids: Sequence[str]) -> tuple[Remove, ...]:
    """Steps that end every way in for these users: sessions, API tokens, calendar feeds."""
    forget_actors(work)
    of_them = {"person_id": list(person_ids)}
    return Remove(schema.token, of_them), Remove(schema.calendar_feed, of_them)


def forget_actors(work: Work) -> None:
    """Invalidates the cached actors: a role or a state has changed."""
    work.invalidate(found_tokens, verified_logins)


async def tokens(work: Work) -> Sequence[ApiToken]:
    """The actor's API tokens, the oldest first."""
    rows = await work.fetch(queries.TOKENS_OF, person_id=work.actor.id)
    return [ApiToken(*row) for row in rows]


async def make_token(work: Work, person_id: str, *, title: str, scope: str) -> tuple[ApiToken, str]:
    """A new API token and its text, which is never shown again. Raises Invalid, Forbidden."""
    if not title.strip():
        raise Invalid("title", "must say what the token is for")
    if scope not in rules.SCOPES:
        raise Invalid("scope", f"must be one of: {', '.join(rules.SCOPES)}")
    await demand_password(work)
    text, row = _new_token(work, person_id, kind="api", scope=scope, title=title)
    changes = [("person", None, person_id), ("title", None, title), ("scope", None, scope)]
    (token_id,) = await work.save(
        Change(Insert(schema.token, row), (entry(work, ENTITY, "created", changes),))
    )
    return ApiToken(token_id, title, scope, work.now, None), text


async def revoke_token(work: Work, token_id: int) -> ApiToken:
    """Revokes one of the actor's API tokens and returns it as it was. Raises NotFound."""
    found = next((each for each in await tokens(work) if each.id == token_id), None)
    if found is None:
        raise NotFound
    audit_entry = entry(work, ENTITY, "revoked", [("title", found.title, None)], entity_id=token_id)
    await work.save(Change(None, (Remove(schema.token, {"id": token_id}), audit_entry)))
    work.invalidate(found_tokens)
    return found


async def demand_password(work: Work) -> None:
    """Refuses callers with an API token: a lost token must not be able to make others. Raises
    Forbidden."""
    if work.actor.token_id is not None:
        row = await work.row(queries.KIND, id=work.actor.token_id)
        if row is None or row[0] != "session":
            raise Forbidden("Sign in with your password to do this")


def _new_token(
    work: Work,
    person_id: str,
    *,
    kind: str,
    scope: str,
    title: str = "",
    expires_on: int | None = None,
) -> tuple[str, dict[str, Any]]:
    text = secrets.token_urlsafe(BYTES)
    row = {
        "person_id": person_id,
        "hash": rules.token_hash(text),
        "kind": kind,
        "title": title,
        "scope": scope,
        "created_on": work.now,
        "expires_on": expires_on,
    }
    return text, row

"""Finds the sender of a request: checks tokens and passwords, and caches the result for some
seconds.

A sign-in is the same check of a password. Decides nothing about rights.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import blake2b, sha256
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakValueDictionary

import structlog

from dealwright.access import Actor, Role
from dealwright.errors import ConcurrentUpdate
from dealwright.people import queries, rules
from dealwright.people.queries import Account, everybody
from dealwright.people.rules import SECOND, Attempts
from dealwright.people.sign_in import passwords
from dealwright.storage import schema
from dealwright.storage.cache import Cache, Held, name_of
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.statements.change import Change, Insert, Update
from dealwright.wire.credentials import Credential, Login, Token
from dealwright.wire.exchange import Request

log = structlog.get_logger("dealwright")
# A result is trusted for this long. Revoking it, in this process or another, removes it at once.
BELIEVED = 5 * SECOND
CHECKS_AT_ONCE = 2  # per address, so that the other addresses do not wait behind it
FLUSH = 60.0  # seconds between writes of when tokens were last used
_NO_SESSION = cast(Session, None)
Turn = TypeVar("Turn", asyncio.Lock, asyncio.Semaphore)


class Found(NamedTuple):
    """An actor, trusted until a moment (µs); `used_token` is the id of its token."""

    actor: Actor
    until: int
    used_token: int | None


class Verified(NamedTuple):
    """A pair of name and password (as a digest) that matched a hash."""

    actor: Actor
    until: int
    password_hash: str
    digest: bytes = b""


async def found_tokens(session: Session) -> Held[bytes, Found]:
    """The meaning of known tokens, by digest. Every action that ends a token must call
    `Work.invalidate` with this."""
    return Held()


async def verified_logins(session: Session) -> Held[str, Verified]:
    """The last matching password of each name and place, by `rules.attempts_key`. Every action that
    changes a password must call `Work.invalidate` with this."""
    return Held()


class Failures(NamedTuple):
    """The failed sign-ins with an account: at one place, and at all places together."""

    key: str
    here: Attempts | None
    everywhere_key: str
    everywhere: Attempts | None


class Authenticator:
    """Authenticates requests. Call `start` and `close` with the database."""

    def __init__(
        self,
        database: Database,
        cache: Cache,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._cache = cache
        self._sleep = sleep
        self._key = secrets.token_bytes(32)
        self._attempting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._checking: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._used: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Writes what is not written yet."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    def identify(self, shown: Credential, request: Request, now: int) -> Awaitable[Actor | None]:
        """The actor of a credential, or None. Raises TooMany."""
        if isinstance(shown, Token):
            return self._by_token(shown, now)
        return self._by_login(shown, request.client, now)

    def remembered(self, shown: Credential, now: int) -> Actor | None:
        """The actor of a token that is still trusted: nearly every request, without waiting."""
        known: Held[bytes, Found] | None = self._cache.held.get(found_tokens)
        if known is None or not isinstance(shown, Token):
            return None
        found = known.get(sha256(shown.text.encode()).digest())
        if found is None or found.until <= now:
            return None
        return self._used_by(found, now)

    async def _by_token(self, shown: Token, now: int) -> Actor | None:
        if actor := self.remembered(shown, now):
            return actor
        digest = sha256(shown.text.encode()).digest()
        known = await self._cache.cached(found_tokens, _NO_SESSION)
        found = await self._look_up(digest.hex(), now)
        if found is None:
            known.pop(digest, None)
            return None
        known[digest] = found
        return self._used_by(found, now)

    def _used_by(self, found: Found, now: int) -> Actor:
        if found.used_token is not None:
            self._used[found.used_token] = now
        return found.actor

    async def _look_up(self, token_hash: str, now: int) -> Found | None:
        known = await self._database.read(partial(self._known, token_hash=token_hash))
        if known is None or known.is_terminated:
            return None
        if known.expires_on is not None and known.expires_on <= now:
            return None
        until = min(now + BELIEVED, known.expires_on or now + BELIEVED)
        actor = Actor(
            known.person_id, Role(known.role), token_id=known.id, can_write=known.scope == "write"
        )
        return Found(actor, until, known.id)

    async def _known(self, session: Session, *, token_hash: str) -> queries.Known | None:
        known = await queries.known(session, token_hash)
        if known is not None:
            await self._notice(session, known.person_id, known.role, bool(known.is_terminated))
        return known

    async def _notice(
        self, session: Session, person_id: str, role: str, is_terminated: bool
    ) -> None:
        """Reloads users whom this process does not know in this state: another process has changed
        them."""
        person = (await self._cache.cached(everybody, session)).get(person_id)
        if person is None or (person.role, person.is_terminated) != (role, is_terminated):
            self._cache.invalidate([name_of(everybody)])

    async def _by_login(self, login: Login, address: str, now: int) -> Actor | None:
        if not (login.name and login.password):
            return None
        key, digest = rules.attempts_key(login.name, address), self._digest(login)
        verified = await self._remembered(key)
        if verified is not None and now < verified.until and verified.digest == digest:
            return verified.actor
        # One at a time for each name and place; otherwise a thousand guesses at once would all be
        # first.
        async with _turn(self._attempting, key, asyncio.Lock()):
            limit = _turn(self._checking, rules.place(address), asyncio.Semaphore(CHECKS_AT_ONCE))
            remembered = await self._cache.cached(verified_logins, _NO_SESSION)
            # After a failed guess everything is compared again and counted, also what matched
            # before.
            before = remembered.pop(key, None)
            if before is not None and before.digest != digest:
                before = None
            verified = await self._verify(login, address, now, before=before, limit=limit)
            if verified is not None:
                remembered[key] = verified._replace(digest=digest)
        return verified and verified.actor

    async def _remembered(self, key: str) -> Verified | None:
        return (await self._cache.cached(verified_logins, _NO_SESSION)).get(key)

    async def _verify(
        self,
        login: Login,
        address: str,
        now: int,
        *,
        before: Verified | None,
        limit: asyncio.Semaphore,
    ) -> Verified | None:
        account, failures = await self._database.read(
            partial(self._account_and_failures, name=rules.folded(login.name), address=address)
        )
        rules.demand_unblocked(failures.here, now)
        if account is not None and before is not None and _is_unchanged(account, before):
            return before._replace(until=now + BELIEVED, actor=_actor(account))
        if wait := rules.delay(failures.everywhere, now):
            await self._sleep(wait)
        async with limit:
            found = await passwords.checked(login.password, account and account.password_hash)
        if account is None or account.is_terminated or not found.is_right:
            log.info("sign-in failed", person=account and account.id)
            count = partial(_count_failure, failures=failures, now=now)
            await self._database.write(count, transaction=True)
            return None
        if found.better is not None:
            await self._database.write(partial(_renew_hash, account=account, better=found.better))
        password_hash = found.better or account.password_hash or ""
        return Verified(_actor(account), now + BELIEVED, password_hash)

    async def _account_and_failures(
        self, session: Session, *, name: str, address: str
    ) -> tuple[Account | None, Failures]:
        """Failures count for the account, whichever of its names is used."""
        account = await queries.account(session, name)
        if account is not None:
            await self._notice(session, account.id, account.role, bool(account.is_terminated))
        counted = name if account is None else account.id
        here, everywhere = (
            rules.attempts_key(counted, place) for place in (address, rules.EVERYWHERE)
        )
        return account, Failures(
            here,
            await queries.attempts(session, here),
            everywhere,
            await queries.attempts(session, everywhere),
        )

    def _digest(self, login: Login) -> bytes:
        pair = f"{rules.folded(login.name)}\0{login.password}"
        return blake2b(pair.encode(), key=self._key, digest_size=32).digest()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(FLUSH)
            try:
                await self.flush()
                await self.forget_absent(time.time_ns() // 1000)
            except Exception as failure:  # the next round may succeed
                log.warning("last use of tokens could not be written", exc_info=failure)

    async def flush(self) -> None:
        """Writes when tokens were last used."""
        used, self._used = self._used, {}
        if used:
            rows = [*used.items()]
            await self._database.write(partial(_write_uses, rows=rows))

    async def forget_absent(self, now: int) -> None:
        """Drops from cache what was found of those who have not come for a while."""
        before = now - rules.WINDOW
        _drop_old(await self._cache.cached(found_tokens, _NO_SESSION), before)
        _drop_old(await self._cache.cached(verified_logins, _NO_SESSION), before)


def _drop_old(remembered: "dict[Any, Found] | dict[Any, Verified]", before: int) -> None:
    for key in [key for key, found in remembered.items() if found.until < before]:
        del remembered[key]


def _turn(turns: "WeakValueDictionary[str, Turn]", key: str, new: Turn) -> Turn:
    """Callers that wait for the same key share a lock, which is dropped after the last of them."""
    return turns.setdefault(key, new)


def _actor(account: Account) -> Actor:
    return Actor(account.id, Role(account.role))


def _is_unchanged(account: Account, before: Verified) -> bool:
    return not account.is_terminated and account.password_hash == before.password_hash


async def _count_failure(session: Session, *, failures: Failures, now: int) -> None:
    here = await queries.attempts(session, failures.key)
    if not await _count(session, failures.key, here, rules.after_failure(here, now)):
        raise ConcurrentUpdate
    # Of failures at several addresses in the same moment one is enough: guessers are not counted
    # exactly, and a retry for each would let them occupy the database.
    everywhere = await queries.attempts(session, failures.everywhere_key)
    after = rules.after_failure_anywhere(everywhere, now)
    await _count(session, failures.everywhere_key, everywhere, after)


async def _count(session: Session, key: str, before: Attempts | None, after: Attempts) -> bool:
    """Saves a count. Returns whether nobody else has changed it since `before` was read."""
    if before is None:
        row = {"key": key, **after._asdict()}
        first = Insert(schema.login_attempt, row, on_conflict="nothing", returning=("key",))
        return await session.save(Change(first)) is not None
    seen = {"seen_failures": before.failures, "seen_since": before.since}
    values = {"of_key": key, **after._asdict(), **seen}
    return await session.execute(queries.FAILED_AGAIN, values) > 0


async def _renew_hash(session: Session, *, account: Account, better: str) -> None:
    unchanged = {"password_hash": account.password_hash}
    await session.save(
        Change(Update(schema.person, account.id, {"password_hash": better}, unchanged))
    )


async def _write_uses(session: Session, *, rows: list[tuple[int, int]]) -> None:
    await session.execute(queries.LAST_USES, {"used": rows})

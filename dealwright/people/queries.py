"""SQL about people, groups, tokens and sign-in attempts."""

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Integer, String, bindparam, func, or_, select, update

from dealwright.access import Role
from dealwright.people.rules import Attempts
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Row, Session
from dealwright.storage.statements.dialect import constant, rows_of
from dealwright.storage.statements.statement import Statement

person, profile = schema.person, schema.person_profile
team, team_member = schema.team, schema.team_member
token, attempt = schema.token, schema.login_attempt


class Person(NamedTuple):
    """A user as the process caches it; contains no secrets."""

    id: str
    user_name: str
    email: str
    first_name: str
    last_name: str
    job_title: str
    role: Role
    is_terminated: bool
    created_on: int
    has_password: bool = True

    @property
    def may_be_responsible(self) -> bool:
        """Records can only be given to users who can work with them."""
        return not self.is_terminated and self.role is not Role.GUEST


EVERYBODY = Statement(
    select(
        person.c.id,
        person.c.user_name,
        person.c.email,
        person.c.first_name,
        person.c.last_name,
        person.c.job_title,
        person.c.role,
        person.c.is_terminated,
        person.c.created_on,
        person.c.password_hash.is_not(constant(None)),
    ).order_by(person.c.id)
)


async def everybody(session: Session) -> Held[str, Person]:
    """All users by id. For `Work.cached`."""
    rows = await session.fetch(EVERYBODY)
    return Held((row[0], _person(row)) for row in rows)


def _person(row: Row) -> Person:
    *_, role, is_terminated, _, has_password = row
    return Person(*row)._replace(
        role=Role(role), is_terminated=bool(is_terminated), has_password=bool(has_password)
    )


class Profile(NamedTuple):
    """The other data of a user. `contacts`: pairs of type and value; `deleted_on`: only the name is
    left since then."""

    sex: str | None = None
    birthday: int | None = None
    works_from: int | None = None
    location: str = ""
    notes: str = ""
    language: str | None = None
    contacts: tuple[tuple[str, str], ...] = ()
    lead_id: str | None = None
    terminated_on: int | None = None
    deleted_on: int | None = None


NO_PROFILE = Profile()
PROFILES = Statement(
    select(
        profile.c.person_id,
        profile.c.sex,
        profile.c.birthday,
        profile.c.works_from,
        profile.c.location,
        profile.c.notes,
        profile.c.language,
        profile.c.contacts,
        profile.c.lead_id,
        profile.c.terminated_on,
        profile.c.deleted_on,
    )
)


async def profiles(session: Session) -> Held[str, Profile]:
    """The other data of users, by id. For `Work.cached`."""
    rows = await session.fetch(PROFILES)
    return Held((person_id, _profile(values)) for person_id, *values in rows)


def _profile(values: list[Any]) -> Profile:
    stored = Profile(*values)
    ways = msgspec.json.decode(values[6], type=tuple[tuple[str, str], ...])
    return stored._replace(contacts=ways)


class Team(NamedTuple):
    """A group as the process caches it."""

    id: str
    name: str
    manager_id: str | None
    members: tuple[str, ...]


TEAMS = Statement(
    select(team.c.id, team.c.name, team.c.manager_id).order_by(team.c.name, team.c.id)
)
MEMBERS = Statement(
    select(team_member.c.team_id, team_member.c.person_id).order_by(team_member.c.person_id)
)


async def teams(session: Session) -> Held[str, Team]:
    """All groups by id, by name. For `Work.cached`."""
    # In this order: a user who becomes manager in between is a member at least.
    found = await session.fetch(TEAMS)
    members: dict[str, list[str]] = {}
    for team_id, person_id in await session.fetch(MEMBERS):
        members.setdefault(team_id, []).append(person_id)
    return Held(
        (team_id, Team(team_id, name, manager_id, tuple(members.get(team_id, ()))))
        for team_id, name, manager_id in found
    )


# ------------------------------------------------------------------------------------------------ w


class Account(NamedTuple):
    """What a sign-in is compared with."""

    id: str
    role: str
    is_terminated: bool | int
    password_hash: str | None


# By e-mail, user name or id; no text can mean two accounts, see `rules.user_name`.
BY_LOGIN = Statement(
    select(person.c.id, person.c.role, person.c.is_terminated, person.c.password_hash).where(
        or_(
            *(
                column == bindparam("name", type_=String())
                for column in (person.c.email_key, person.c.user_name, person.c.id)
            )
        )
    )
)

ATTEMPTS = Statement(
    select(attempt.c.failures, attempt.c.since, attempt.c.blocked_until).where(
        attempt.c.key == bindparam("key", type_=String())
    )
)


async def account(session: Session, name: str) -> Account | None:
    """By a folded login name; none for a name that no database can store."""
    row = await session.row(BY_LOGIN, {"name": name}) if name.isprintable() else None
    return None if row is None else Account(*row)


async def attempts(session: Session, key: str) -> Attempts | None:
    row = await session.row(ATTEMPTS, {"key": key})
    return None if row is None else Attempts(*row)


class Known(NamedTuple):
    """A stored token and its user. `kind` is session or api, `scope` read or write."""

    id: int
    person_id: str
    kind: str
    scope: str
    expires_on: int | None
    role: str
    is_terminated: bool | int


BY_HASH = Statement(
    select(
        token.c.id,
        token.c.person_id,
        token.c.kind,
        token.c.scope,
        token.c.expires_on,
        person.c.role,
        person.c.is_terminated,
    )
    .select_from(token.join(person, person.c.id == token.c.person_id))
    .where(token.c.hash == bindparam("hash", type_=String()))
)


async def known(session: Session, token_hash: str) -> Known | None:
    row = await session.row(BY_HASH, {"hash": token_hash})
    return None if row is None else Known(*row)


# ------------------------------------------------------------------------------------------------ s

# A row only if the account has not changed since its password was compared.
STILL_SO = Statement(
    select(person.c.id).where(
        person.c.id == bindparam("person_id", type_=String()),
        person.c.password_hash == bindparam("password_hash", type_=String()),
        ~person.c.is_terminated,
    )
)

FAILED_AGAIN = Statement(
    update(attempt)
    .values(
        failures=bindparam("failures", type_=Integer()),
        since=bindparam("since", type_=BigInteger()),
        blocked_until=bindparam("blocked_until", type_=BigInteger()),
    )
    .where(
        attempt.c.key == bindparam("of_key", type_=String()),
        attempt.c.failures == bindparam("seen_failures", type_=Integer()),
        attempt.c.since == bindparam("seen_since", type_=BigInteger()),
    )
)

_used = rows_of("used", id=Integer(), used_on=BigInteger())
LAST_USES = Statement(
    update(token)
    .values(used_on=select(_used.c.used_on).where(_used.c.id == token.c.id).scalar_subquery())
    .where(token.c.id.in_(select(_used.c.id)))
)


class ApiToken(NamedTuple):
    """A named API token of a user; the token itself is not stored."""

    id: int
    title: str
    scope: str
    created_on: int
    used_on: int | None


TOKENS_OF = Statement(
    select(token.c.id, token.c.title, token.c.scope, token.c.created_on, token.c.used_on)
    .where(
        token.c.kind == constant("api"), token.c.person_id == bindparam("person_id", type_=String())
    )
    .order_by(token.c.id)
)


class OpenSession(NamedTuple):
    """A sign-in that has not ended. `device`: the browser and system that it was made with."""

    id: int
    device: str
    created_on: int
    used_on: int | None
    expires_on: int


SESSIONS_OF = Statement(
    select(token.c.id, token.c.title, token.c.created_on, token.c.used_on, token.c.expires_on)
    .where(
        token.c.kind == constant("session"),
        token.c.person_id == bindparam("person_id", type_=String()),
        token.c.expires_on > bindparam("now", type_=BigInteger()),
    )
    .order_by(func.coalesce(token.c.used_on, token.c.created_on).desc(), token.c.id.desc())
    .limit(constant(200))
)

KIND = Statement(select(token.c.kind).where(token.c.id == bindparam("id", type_=Integer())))

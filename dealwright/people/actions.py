"""Creates the portal with its owner; sets passwords and tokens; checks who can be responsible."""

import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

from dealwright.access import Role
from dealwright.errors import Forbidden, Invalid, NotFound
from dealwright.people import reads, rules
from dealwright.people.queries import Person, everybody
from dealwright.people.sign_in import passwords, sessions
from dealwright.portal.organisation import actions as portal
from dealwright.portal.organisation import queries as portals
from dealwright.records.audit.actions import entry
from dealwright.settings import Settings
from dealwright.storage import schema
from dealwright.storage.engines.engine import Database
from dealwright.storage.statements.change import Change, Update
from dealwright.wire.context import RequestContext
from dealwright.work import Work

ENTITY = "person"
NO_NUMBER = 0  # users have GUIDs; the audit finds a user by the id among the changes


class Opening(NamedTuple):
    """The owner of the portal. `password`: only if it was generated just now."""

    owner_email: str
    is_new: bool
    password: str | None = None
    link: str | None = None  # the path at which the owner of a new portal sets a password
    notice: str | None = None  # the result of filling it with invented data, if that was asked for
    sends_mail: bool = False  # whether a mail server is set


async def open_portal(database: Database, settings: Settings, *, now: int) -> Opening:
    """Creates the portal and its owner in an empty database; otherwise returns the owner.

    Any number of processes may call this at once. Raises Invalid for wrong settings.
    """
    found = await database.read(portals.owner)
    if found is not None:
        return Opening(found.email, is_new=False)
    email = rules.email(settings.owner_email)
    user_name = rules.user_name(email, ())
    plain = settings.owner_password or rules.new_password()
    password = rules.password(plain, names=(email, user_name))
    first_name, last_name = rules.names_of(email)
    owner = portal.Owner(
        id=str(uuid.uuid4()),
        email=email,
        email_key=rules.folded(email),
        user_name=user_name,
        first_name=first_name,
        last_name=last_name,
        password_hash=await passwords.hashed(password),
    )
    is_new = await database.write(
        lambda session: portal.found(session, settings, owner=owner, now=now), transaction=True
    )
    if not is_new:  # another process was faster
        return await open_portal(database, settings, now=now)
    return Opening(email, is_new=True, password=None if settings.owner_password else plain)


async def reset_password(work: Work, *, email: str, password: str | None) -> str | None:
    """Sets a generated password, for the command line, and returns it. Raises NotFound, Invalid."""
    person = await reads.named(work, email)
    plain = password or rules.new_password()
    composed = rules.password(plain, names=(person.email, person.user_name))
    await _set_password(work, person, passwords.hash_here(composed))
    return None if password else plain


async def make_token(work: Work, *, email: str, title: str, scope: str) -> str:
    """Makes an API token that acts as a user, for the command line. Raises NotFound, Invalid."""
    person = await reads.named(work, email)
    _, text = await sessions.make_token(work, person.id, title=title, scope=scope)
    return text


async def change_password(context: RequestContext, person_id: str, password: str) -> None:
    """Sets your own password or, as an administrator, another user's; ends all their sessions.

    Raises Forbidden, Invalid, NotFound.
    """
    person = await context.read(lambda work: _changeable(work, person_id))
    composed = rules.password(password, names=(person.email, person.user_name))
    password_hash = await passwords.hashed(composed)
    await context.write(lambda work: _set_password(work, person, password_hash))


async def _changeable(work: Work, person_id: str) -> Person:
    """The user whose password the actor may set: another user's only as an administrator, and never
    the owner's."""
    person = (await reads.directory(work)).find(person_id)
    is_owner = person is not None and person.role is Role.OWNER
    if person_id != work.actor.id and (is_owner or not work.actor.is_portal_admin):
        raise Forbidden
    await sessions.demand_password(work)
    if person is None:
        raise NotFound("User not found")
    return person


async def _set_password(work: Work, person: Person, password_hash: str) -> None:
    steps = (
        sessions.end_sessions_of(work, person.id),
        entry(
            work, ENTITY, "password_changed", [("id", person.id, person.id)], entity_id=NO_NUMBER
        ),
    )
    await work.save(
        Change(Update(schema.person, person.id, {"password_hash": password_hash}), steps)
    )
    work.invalidate(everybody)  # answers show whether a user has one


async def demand_workers(
    work: Work, parameter: str, person_ids: Sequence[str], *, known: Collection[str] = ()
) -> None:
    """Refuses users who cannot work with the CRM. A user whom the record names already (`known`) is
    always accepted. Raises Invalid."""
    people = await work.cached(everybody)
    for person_id in person_ids:
        person = people.get(person_id)
        if person_id not in known and (person is None or not person.may_be_responsible):
            raise Invalid(
                parameter, f"must name active users with access to the CRM, not {person_id}"
            )

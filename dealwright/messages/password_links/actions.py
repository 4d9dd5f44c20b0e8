"""Links by which a person sets a password once: an administrator's invitation, or a letter to
somebody who forgot theirs. What is kept of a link is its hash."""

import secrets

import structlog

from dealwright.access import Actor, Role, demand_portal_admin
from dealwright.errors import NotFound
from dealwright.messages.mail.actions import smtp
from dealwright.messages.password_links import queries, rules
from dealwright.messages.password_links.queries import Link
from dealwright.messages.password_links.rules import GOOD_FOR, Invitation, Purpose
from dealwright.people import reads
from dealwright.people import rules as people_rules
from dealwright.people.queries import everybody
from dealwright.people.sign_in import passwords, sessions
from dealwright.portal.organisation.queries import owner
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.pruning import prune
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import Change, Put, Remove, Update
from dealwright.wire.context import RequestContext
from dealwright.work import Work

PAGE = "/password/"
LETTER = "password.letter"  # {person, base_url}
ENTITY, NO_NUMBER = "person", 0
log = structlog.get_logger("dealwright")


async def can_write(work: Work) -> bool:
    """Whether a mail server is set, without which nobody can be helped by letter."""
    return (await smtp(work)).is_set


async def ask_for_letter(work: Work, email: str) -> None:
    """Sends a link to somebody who forgot their password, at most one in five minutes.

    Tells nobody whether there is such an account.
    """
    people = (await work.cached(everybody)).values()
    key = people_rules.folded(email)
    found = next((each for each in people if people_rules.folded(each.email) == key), None)
    if found is None or found.is_terminated or not await can_write(work):
        return
    row = await work.row(queries.NEWEST, person_id=found.id)
    if row is not None and row[0] is not None and work.now - row[0] < rules.PAUSE:
        return
    payload = {"person": found.id, "base_url": work.base_url}
    _, mark = _new(work, found.id, Purpose.FORGOTTEN)
    # The mark alone opens nothing: nobody knows the text of it. It holds the next letter back.
    await work.save(Change(None, (mark, job(LETTER, payload, now=work.now, entity_id=None))))


async def link_for_letter(work: Work, person_id: str) -> str:
    """The text of a new link for somebody who forgot their password."""
    text, row = _new(work, person_id, Purpose.FORGOTTEN)
    await work.save(Change(None, (row,)))
    return text


async def invite(work: Work, name: str) -> Invitation:
    """A link for a person by id or user name, by which they set their first or another password.

    Older links of that person end. Raises Forbidden, NotFound, Invalid, NotNow.
    """
    demand_portal_admin(work.actor)
    await sessions.demand_password(work)
    person = (await reads.directory(work)).find(name)
    if person is None:
        raise NotFound("User not found")
    rules.demand_may_invite(is_terminated=person.is_terminated, is_owner=person.role is Role.OWNER)
    text, row = _new(work, person.id, Purpose.INVITATION)
    trail = entry(work, ENTITY, "invited", [("id", person.id, person.id)], entity_id=NO_NUMBER)
    older = Remove(schema.password_link, {"person_id": person.id})
    await work.save(Change(None, (older, row, trail)))
    expires_on = work.now + GOOD_FOR[Purpose.INVITATION]
    return Invitation(f"{work.base_url}{PAGE}{text}", expires_on)


async def first_link(work: Work) -> str:
    """The path of a link by which the owner of a new portal sets a password and is in."""
    found = await owner(work.session)
    if found is None:
        raise NotFound
    text, row = _new(work, found.id, Purpose.FIRST)
    await work.save(Change(None, (row,)))
    return f"{PAGE}{text}"


async def forget_expired(session: Session, *, now: int, limit: int) -> int:
    """Deletes at most `limit` links that are too old; how many."""
    return await prune(session, schema.password_link, "expires_on", before=now, limit=limit)


async def good(work: Work, text: str) -> Link:
    """Whose link it is. Raises NotFound for one that is unknown, used or too old."""
    row = await work.row(queries.GOOD, hash=people_rules.token_hash(text), now=work.now)
    if row is None:
        raise NotFound
    return Link(*row)


async def set_password(context: RequestContext, text: str, password: str) -> Link:
    """Sets the password of the link's owner; all their sessions and links end.

    Raises NotFound, Invalid.
    """
    found: Link = await context.read(lambda work: good(work, text))
    composed = people_rules.password(password, names=(found.email, found.user_name))
    password_hash = await passwords.hashed(composed)

    async def save(work: Work) -> None:
        link = await good(work, text)
        changes = [("id", link.person_id, link.person_id)]
        steps = (
            sessions.end_sessions_of(work, link.person_id),
            Remove(schema.password_link, {"person_id": link.person_id}),
            entry(work, ENTITY, "password_changed", changes, entity_id=NO_NUMBER),
        )
        head = Update(schema.person, link.person_id, {"password_hash": password_hash})
        await work.save(Change(head, steps))
        work.invalidate(everybody)

    as_owner = Actor(found.person_id, Role(found.role))
    await context._replace(actor=as_owner).write(save, transaction=True)
    log.info("password set by link", person=found.person_id, purpose=found.purpose)
    return found


def _new(work: Work, person_id: str, purpose: Purpose) -> tuple[str, Put]:
    text = secrets.token_urlsafe(32)
    row = {
        "hash": people_rules.token_hash(text),
        "person_id": person_id,
        "purpose": purpose.value,
        "created_on": work.now,
        "expires_on": work.now + GOOD_FOR[purpose],
    }
    return text, Put(schema.password_link, row)

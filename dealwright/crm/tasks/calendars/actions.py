"""Making and revoking one's calendar feed, and what stands in it."""

import secrets
from hashlib import sha256
from typing import Any, NamedTuple

from dealwright.access import Actor, Role
from dealwright.crm.tasks.calendars import queries, rules, shapes
from dealwright.crm.tasks.calendars.rules import Entry
from dealwright.crm.tasks.calendars.shapes import CalendarFeed
from dealwright.errors import NotFound
from dealwright.people.sign_in.sessions import demand_password
from dealwright.portal.categories.queries import items
from dealwright.portal.organisation.queries import current
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Alter, Change, Put, Remove
from dealwright.work import Work

ENTITY = "calendar_feed"
NO_NUMBER = 0  # people have GUIDs; whose feed it is stands among the changes
BYTES = 32  # of chance in an address


async def shown(work: Work) -> CalendarFeed:
    """The actor's feed, without its address."""
    row = await work.row(queries.MINE, actor=work.actor.id)
    if row is None:
        return CalendarFeed(exists=False)
    created, used = row
    return CalendarFeed(
        exists=True,
        created=work.moments(created),
        used=None if used is None else work.moments(used),
    )


async def make(work: Work) -> CalendarFeed:
    """A feed with a new address; the one before leads nowhere any more. Raises Forbidden for who is
    here by an API token: a lost one must not leave something behind."""
    await demand_password(work)
    secret = secrets.token_urlsafe(BYTES)
    row = {
        "person_id": work.actor.id,
        "hash": _hashed(secret),
        "created_on": work.now,
        "used_on": None,
    }
    await work.save(
        Change(None, (Put(schema.calendar_feed, row, "update"), _told(work, "created")))
    )
    return CalendarFeed(
        exists=True,
        created=work.moments(work.now),
        url=f"{work.base_url}/calendar/{secret}.ics",
    )


async def revoke(work: Work) -> CalendarFeed:
    """Ends the actor's feed; as it was. Raises NotFound."""
    before = await shown(work)
    if not before.exists:
        raise NotFound
    gone = Remove(schema.calendar_feed, {"person_id": work.actor.id})
    await work.save(Change(None, (gone, _told(work, "revoked"))))
    return before


def _told(work: Work, action: str) -> Put:
    changes = [("person", None, work.actor.id)]
    return entry(work, ENTITY, action, changes, entity_id=NO_NUMBER)


def _hashed(secret: str) -> str:
    """What is kept of an address. It is random, so that a plain hash is enough."""
    return sha256(secret.encode()).hexdigest()


# ------------------------------------------------------------------------------- being fetched


class Owner(NamedTuple):
    """Whose feed was asked for. `is_fresh`: it was noted today that it is used."""

    actor: Actor
    is_fresh: bool


async def owner(work: Work, secret: str) -> Owner:
    """Raises NotFound alike for an unknown address, a revoked one, and one of somebody who cannot
    work with the CRM any more."""
    row = await work.row(queries.OWNER, hash=_hashed(secret))
    if row is None:
        raise NotFound
    person_id, role, used_on = row
    is_fresh = used_on is not None and used_on > work.now - rules.DAY
    return Owner(Actor(person_id, Role(role), can_write=False), is_fresh)


async def note_use(work: Work, person_id: str) -> None:
    used = Alter(schema.calendar_feed, {"used_on": work.now}, {"person_id": person_id})
    await work.save(Change(None, (used,)))


async def calendar(work: Work) -> bytes:
    """What the actor is to do, by the rights that he has now, as an iCalendar file."""
    params: dict[str, Any] = {"actor": work.actor.id, "limit": rules.MOST}
    is_admin = work.actor.is_admin
    categories = await work.cached(items)
    entries = []
    for row in await work.fetch_with(queries.tasks(is_admin), params):
        id, title, description, on, alert, created, modified, version, category, *names = row
        found = categories.get(category)
        contact, opportunity, case = (name or "" for name in names)
        entries.append(
            Entry(
                "task",
                id,
                title,
                description,
                on,
                alert,
                created,
                modified,
                version,
                category=found.title if found else "",
                contact=contact,
                belongs_to=opportunity or case,
            )
        )
    for row in await work.fetch_with(queries.closings(is_admin), params):
        id, title, description, on, created, modified, version = row
        entries.append(
            Entry("opportunity", id, title, description, on, 0, created, modified, version)
        )
    secret = (await work.cached(current)).secret
    place = sha256(f"calendar of {secret}".encode()).hexdigest()[:16] + ".dealwright"
    return shapes.calendar("Dealwright", entries, place=place, zone=work.settings.timezone)

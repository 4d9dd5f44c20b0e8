"""Creates and revokes the calendar feed of a user, and reads its entries."""

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
NO_NUMBER = 0  # users have GUIDs; the changes name the owner of the feed
BYTES = 32  # random bytes in the address


async def view(work: Work) -> CalendarFeed:
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


async def create(work: Work) -> CalendarFeed:
    """Creates a feed with a new address; the old address stops working. Raises Forbidden for a
    request with an API token: a lost token must not leave a feed behind."""
    await demand_password(work)
    secret = secrets.token_urlsafe(BYTES)
    row = {
        "person_id": work.actor.id,
        "hash": _hashed(secret),
        "created_on": work.now,
        "used_on": None,
    }
    await work.save(
        Change(None, (Put(schema.calendar_feed, row, "update"), _audit_row(work, "created")))
    )
    return CalendarFeed(
        exists=True,
        created=work.moments(work.now),
        url=f"{work.base_url}/calendar/{secret}.ics",
    )


async def revoke(work: Work) -> CalendarFeed:
    """Revokes the actor's feed and returns it as it was. Raises NotFound."""
    before = await view(work)
    if not before.exists:
        raise NotFound
    removal = Remove(schema.calendar_feed, {"person_id": work.actor.id})
    await work.save(Change(None, (removal, _audit_row(work, "revoked"))))
    return before


def _audit_row(work: Work, action: str) -> Put:
    changes = [("person", None, work.actor.id)]
    return entry(work, ENTITY, action, changes, entity_id=NO_NUMBER)


def _hashed(secret: str) -> str:
    """The stored form of an address. The address is random, so a plain hash is enough."""
    return sha256(secret.encode()).hexdigest()


# ------------------------------------------------------------------------------- being fetched


class Owner(NamedTuple):
    """The owner of the requested feed. `is_fresh`: today's use is recorded already."""

    actor: Actor
    is_fresh: bool


async def owner(work: Work, secret: str) -> Owner:
    """Raises the same NotFound for an unknown address, a revoked one, and one of a user who cannot
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
    """The actor's open work, by their current rights, as an iCalendar file."""
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

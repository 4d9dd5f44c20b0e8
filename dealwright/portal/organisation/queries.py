"""SQL about the portal itself: the one row that says how it was set up."""

from typing import NamedTuple

from sqlalchemy import exists, func, select

from dealwright.access import Role
from dealwright.storage import schema
from dealwright.storage.engines.engine import NoPortal, Session
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

portal, person = schema.portal, schema.person


class Portal(NamedTuple):
    """How the portal was set up. `secret` signs cursors and never leaves the process; `timezone`:
    None for the server's setting."""

    language: str
    currency: str
    is_documented: bool
    secret: str
    created_on: int
    timezone: str | None = None


THE_PORTAL = Statement(
    select(
        portal.c.language,
        portal.c.currency,
        portal.c.is_documented,
        portal.c.secret,
        portal.c.created_on,
        portal.c.timezone,
    )
)


async def current(session: Session) -> Portal:
    """The portal. For `Work.cached`."""
    row = await session.row(THE_PORTAL)
    if row is None:
        raise NoPortal("holds no portal yet")
    return Portal(*row)._replace(is_documented=bool(row[2]))


HAS_OPPORTUNITIES = Statement(select(exists(select(constant(1)).select_from(schema.opportunity))))


async def has_opportunities(session: Session) -> bool:
    """Whether somebody has used the pipeline, in the trash too."""
    return bool((await session.fetch(HAS_OPPORTUNITIES))[0][0])


class Owner(NamedTuple):
    id: str
    email: str


THE_OWNER = Statement(
    select(person.c.id, person.c.email).where(person.c.role == constant(Role.OWNER.value))
)
HEADCOUNT = Statement(select(func.count()).select_from(person).where(~person.c.is_terminated))


# Bytes of all files, those in the trash too.
USED_SPACE = Statement(select(func.coalesce(func.sum(schema.file.c.size), constant(0))))


async def owner(session: Session) -> Owner | None:
    """The owner of the portal; None before it is created."""
    row = await session.row(THE_OWNER)
    return None if row is None else Owner(*row)

"""New portals, made as a first start makes them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from dealwright import app
from dealwright.settings import Settings, read
from tests.running import PASSWORD, Portal


def settings_for(portal: Portal, database: str, **settings: str | None) -> Settings:
    """The settings of a first start; by default the owner is Root with the tests' password."""
    flags = {**portal.ground.flags, "owner_password": PASSWORD, **settings}
    own = {"database": database, "files": str(portal.ground.files_of(database))}
    return read({**flags, **own}, {})


@contextmanager
def new_portal(portal: Portal, **settings: str) -> Iterator[Portal]:
    """A running portal that has only its owner."""
    address = portal.ground.databases.empty()
    asyncio.run(app.prepare(settings_for(portal, address, **settings)))
    own = Portal(portal.ground, address, settings)
    try:
        yield own
    finally:
        own.close()

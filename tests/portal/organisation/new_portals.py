"""Portals made from nothing, as a first start makes them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from dealwright import app
from dealwright.settings import Settings, read
from tests.running import PASSWORD, Portal


def settings_for(portal: Portal, database: str, **settings: str | None) -> Settings:
    """What a first start is told; without more, the owner is Root with the tests' password."""
    flags = {**portal.ground.flags, "owner_password": PASSWORD, **settings}
    own = {"database": database, "files": str(portal.ground.files_of(database))}
    return read({**flags, **own}, {})


@contextmanager
def new_portal(portal: Portal, **settings: str) -> Iterator[Portal]:
    """A running portal in which only its owner is."""
    address = portal.ground.databases.empty()
    asyncio.run(app.prepare(settings_for(portal, address, **settings)))
    own = Portal(portal.ground, address, settings)
    try:
        yield own
    finally:
        own.close()

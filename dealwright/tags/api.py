"""The routes of the tags themselves; those of what carries them stand with it."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.tags import actions, shapes
from dealwright.tags.rules import Tagged
from dealwright.tags.shapes import Tag
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
EVERY = "{entityType:(contact|opportunity|case)}/tag"


class Kind(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: Tagged


class Named(Kind, kw_only=True, frozen=True):
    tag_name: Annotated[str, Length(255)] = ""


@route.get(EVERY, mode=Mode.HEAVY)
async def every(work: Work, asked: Kind, paging: Paging) -> Listing[Tag]:
    """Lists the tags of contacts, opportunities or cases by title."""
    return arrange(await shapes.every(work, asked.entity_type), paging)


@route.post(EVERY)
async def create(work: Work, asked: Named) -> str:
    """Makes a tag. Two tags that differ only in case or in spaces around them are the same."""
    await actions.create(work, asked.entity_type, asked.tag_name)
    return asked.tag_name


@route.delete(EVERY, mode=Mode.TRANSACTION)
async def delete(work: Work, asked: Named) -> str:
    """Throws a tag away, from every record that carries it too. Administrators only."""
    await actions.delete(work, asked.entity_type, asked.tag_name)
    return asked.tag_name


@route.delete(f"{EVERY}/unused", mode=Mode.TRANSACTION)
async def sweep(work: Work, asked: Kind) -> list[str]:
    """Throws away the tags that no record carries, and gives their titles. Administrators only.

    A record in the trash still carries its tags.
    """
    return await actions.sweep(work, asked.entity_type)

"""Routes of the tags themselves and of records with tags. Routes that tag by a filter are with the
filter."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.tags import actions, shapes
from dealwright.portal.tags.rules import Tagged
from dealwright.portal.tags.shapes import Tag
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
KIND = "{entityType:(contact|opportunity|case)}"
EVERY = f"{KIND}/tag"
OF = f"{KIND}/{{entityid:id}}/tag"
Title = Annotated[str, Length(255)]


class TagsPath(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: Tagged


class Named(TagsPath, kw_only=True, frozen=True):
    tag_name: Title = ""


class EntityPath(TagsPath, kw_only=True, frozen=True):
    entity_id: Id


class NamedForOne(EntityPath, kw_only=True, frozen=True):
    tag_name: Title = ""


class NamedForMany(TagsPath, kw_only=True, frozen=True):
    # quirk: a list with a singular name.
    entity_id: list[int] = []
    tag_name: Title = ""


@route.get(EVERY, mode=Mode.HEAVY)
async def every(work: Work, params: TagsPath, paging: Paging) -> Listing[Tag]:
    """Lists the tags of contacts, opportunities or cases by title."""
    return arrange(await shapes.every(work, params.entity_type), paging)


@route.post(EVERY)
async def create(work: Work, params: Named) -> str:
    """Creates a tag. Two tags that differ only in case or in spaces at the ends are the same."""
    await actions.create(work, params.entity_type, params.tag_name)
    return params.tag_name


@route.delete(EVERY, mode=Mode.TRANSACTION)
async def delete(work: Work, params: Named) -> str:
    """Deletes a tag, also from every record. Administrators only."""
    await actions.delete(work, params.entity_type, params.tag_name)
    return params.tag_name


@route.delete(f"{EVERY}/unused", mode=Mode.TRANSACTION)
async def sweep(work: Work, params: TagsPath) -> list[str]:
    """Deletes the tags that no record has, and gives their titles. Administrators only.

    A record in the trash still has its tags.
    """
    return await actions.sweep(work, params.entity_type)


@route.get(f"{EVERY}/{{entityid:id}}")
@route.get(OF)
async def of(work: Work, params: EntityPath, paging: Paging) -> Listing[str]:
    """Lists the tags of a contact, an opportunity or a case, by title."""
    return arrange(await actions.of(work, params.entity_type, params.entity_id), paging)


@route.post(OF)
async def attach(work: Work, params: NamedForOne) -> str:
    """Adds a tag to a contact, an opportunity or a case; creates the tag if it is new."""
    await actions.attach_one(work, params.entity_type, params.entity_id, params.tag_name)
    return params.tag_name


@route.delete(OF)
async def detach(work: Work, params: NamedForOne) -> str:
    """Removes a tag from a record, which need not have it. The tag itself stays."""
    await actions.detach_one(work, params.entity_type, params.entity_id, params.tag_name)
    return params.tag_name


@route.post(f"{KIND}/taglist", mode=Mode.TRANSACTION)
async def attach_to_many(work: Work, params: NamedForMany) -> str:
    """Adds a tag to the records with these ids.

    Ids that do not exist, or that you may not see or edit, are skipped.
    """
    await actions.attach_many(work, params.entity_type, params.entity_id, params.tag_name)
    return params.tag_name

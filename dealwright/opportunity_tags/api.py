"""The routes of the tags that opportunities carry."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.opportunities.filters import Filter, wanted
from dealwright.opportunity_batches.actions import found
from dealwright.opportunity_tags import actions
from dealwright.tags import shapes
from dealwright.tags.rules import Tagged
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
Title = Annotated[str, Length(255)]


class One(msgspec.Struct, kw_only=True, frozen=True):
    entity_id: Id


class Named(One, kw_only=True, frozen=True):
    tag_name: Title = ""


class NamedForMany(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: a list with a singular name.
    entity_id: list[int] = []
    tag_name: Title = ""


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every opportunity when no filter is given."""

    tag_name: Title = ""
    all: bool = False


@route.get("opportunity/tag/{entityid:id}")
@route.get("opportunity/{entityid:id}/tag")
async def every(work: Work, asked: One, paging: Paging) -> Listing[str]:
    """Lists the tags of an opportunity."""
    await actions.demand_seen(work, asked.entity_id)
    return arrange(await shapes.of(work, Tagged.OPPORTUNITY, asked.entity_id), paging)


@route.post("opportunity/{entityid:id}/tag")
async def attach(work: Work, asked: Named) -> str:
    """Hangs a tag on an opportunity; a new one is made on the way."""
    await actions.attach(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.delete("opportunity/{entityid:id}/tag")
async def detach(work: Work, asked: Named) -> str:
    """Takes a tag off an opportunity, which need not carry it. The tag itself stays."""
    await actions.detach(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.post("opportunity/taglist", mode=Mode.TRANSACTION)
async def attach_to_many(work: Work, asked: NamedForMany) -> str:
    """Hangs a tag on the opportunities with these ids.

    Ids that do not exist or that you may not see are skipped.
    """
    await actions.attach_many(work, asked.entity_id, asked.tag_name)
    return asked.tag_name


@route.post("opportunity/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, asked: NamedForFiltered, paging: Paging) -> str:
    """Hangs a tag on all opportunities that match a filter."""
    filters = await wanted(work, asked, paging.filter_value)
    chosen = await found(work, filters, means_all=asked.all)
    await actions.attach_many(work, chosen, asked.tag_name)
    return asked.tag_name

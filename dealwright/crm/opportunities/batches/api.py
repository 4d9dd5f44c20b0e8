"""The routes that change many opportunities at once."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.opportunities.batches import actions
from dealwright.crm.opportunities.filters import Filter, resolve
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.errors import Invalid
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_ids: list[int] = []


class SharingOfChosen(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: the name is singular, the value is a list.
    opportunity_id: list[int] = []
    is_private: bool | None = None
    access_list: list[Guid] = []


class Filtered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every opportunity when no filter is given."""

    all: bool = False


class SharingOfFiltered(Filtered, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


class TaggingOfFiltered(Filtered, kw_only=True, frozen=True):
    tag_name: Annotated[str, Length(255)] = ""


@route.put("opportunity", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Chosen) -> list[Opportunity]:
    """Moves the opportunities with these ids to the trash and returns them as they were.

    Ids that do not exist or that you may not see are skipped.
    """
    if not params.opportunity_ids:
        raise Invalid("opportunityids", "must hold at least one id")
    return await actions.delete(work, params.opportunity_ids)


@route.delete("opportunity/filter", mode=Mode.TRANSACTION, strict=True)
async def delete_filtered(work: Work, params: Filtered, paging: Paging) -> list[Opportunity]:
    """Moves all opportunities that match a filter to the trash and returns them as they were."""
    filter_params = await resolve(work, params, paging.filter_value)
    return await actions.delete(
        work, await actions.matching_ids(work, filter_params, means_all=params.all)
    )


@route.put("opportunity/access", mode=Mode.TRANSACTION)
async def share(work: Work, params: SharingOfChosen) -> list[Opportunity]:
    """Sets who sees the opportunities with these ids and returns those that changed."""
    return await actions.share(
        work, params.opportunity_id, is_private=params.is_private, access_list=params.access_list
    )


@route.put("opportunity/filter/access", mode=Mode.TRANSACTION, strict=True)
async def share_filtered(
    work: Work, params: SharingOfFiltered, paging: Paging
) -> list[Opportunity]:
    """Sets who sees all opportunities that match a filter and returns those that changed."""
    filter_params = await resolve(work, params, paging.filter_value)
    ids = await actions.matching_ids(work, filter_params, means_all=params.all)
    return await actions.share(
        work, ids, is_private=params.is_private, access_list=params.access_list
    )


@route.post("opportunity/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def tag_filtered(work: Work, params: TaggingOfFiltered, paging: Paging) -> str:
    """Adds a tag to all opportunities that match a filter."""
    filter_params = await resolve(work, params, paging.filter_value)
    ids = await actions.matching_ids(work, filter_params, means_all=params.all)
    await tags.attach_many(work, Tagged.OPPORTUNITY, ids, params.tag_name)
    return params.tag_name

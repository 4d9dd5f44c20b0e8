"""The routes that change many opportunities at once."""

import msgspec

from dealwright import access
from dealwright.crm.opportunities.batches import actions
from dealwright.crm.opportunities.filters import Filter, wanted
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.errors import Invalid
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_ids: list[int] = []


class SharingOfChosen(msgspec.Struct, kw_only=True, frozen=True):
    # quirk: a list with a singular name.
    opportunity_id: list[int] = []
    is_private: bool | None = None
    access_list: list[Guid] = []


class Filtered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every opportunity when no filter is given."""

    all: bool = False


class SharingOfFiltered(Filtered, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


@route.put("opportunity", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Chosen) -> list[Opportunity]:
    """Puts the opportunities with these ids into the trash and gives them as they were.

    Ids that do not exist or that you may not see are skipped.
    """
    if not params.opportunity_ids:
        raise Invalid("opportunityids", "must hold at least one id")
    return await actions.delete(work, params.opportunity_ids)


@route.delete("opportunity/filter", mode=Mode.TRANSACTION, strict=True)
async def delete_filtered(work: Work, params: Filtered, paging: Paging) -> list[Opportunity]:
    """Puts all opportunities that match a filter into the trash and gives them as they were."""
    filters = await wanted(work, params, paging.filter_value)
    return await actions.delete(work, await actions.found(work, filters, means_all=params.all))


@route.put("opportunity/access", mode=Mode.TRANSACTION)
async def share(work: Work, params: SharingOfChosen) -> list[Opportunity]:
    """Decides who sees the opportunities with these ids; gives those that changed."""
    return await actions.share(
        work, params.opportunity_id, is_private=params.is_private, access_list=params.access_list
    )


@route.put("opportunity/filter/access", mode=Mode.TRANSACTION, strict=True)
async def share_filtered(
    work: Work, params: SharingOfFiltered, paging: Paging
) -> list[Opportunity]:
    """Decides who sees all opportunities that match a filter; gives those that changed."""
    filters = await wanted(work, params, paging.filter_value)
    found = await actions.found(work, filters, means_all=params.all)
    return await actions.share(
        work, found, is_private=params.is_private, access_list=params.access_list
    )

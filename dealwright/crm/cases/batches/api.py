"""The routes that change many cases at once."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.cases.batches import actions
from dealwright.crm.cases.filters import Filter, resolve
from dealwright.crm.cases.shapes import Case
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    cases_ids: list[int] = []


class SharingOfChosen(msgspec.Struct, kw_only=True, frozen=True):
    cases_id: list[int] = []
    is_private: bool | None = None
    access_list: list[Guid] = []


class Filtered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every case when no filter is given."""

    all: bool = False


class SharingOfFiltered(Filtered, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


class TaggingOfFiltered(Filtered, kw_only=True, frozen=True):
    tag_name: Annotated[str, Length(255)] = ""


@route.put("case", mode=Mode.TRANSACTION)
async def delete(work: Work, params: Chosen) -> list[Case]:
    """Moves the cases with these ids to the trash and returns them as they were.

    Ids that do not exist or that you may not see are skipped; an empty list changes nothing.
    """
    return await actions.delete(work, params.cases_ids)


@route.delete("case/filter", mode=Mode.TRANSACTION, strict=True)
async def delete_filtered(work: Work, params: Filtered, paging: Paging) -> list[Case]:
    """Moves all cases that match a filter to the trash and returns them as they were."""
    filter_params = resolve(params, paging.filter_value)
    return await actions.delete(
        work, await actions.matching_ids(work, filter_params, means_all=params.all)
    )


@route.put("case/access", mode=Mode.TRANSACTION)
async def share(work: Work, params: SharingOfChosen) -> list[Case]:
    """Sets who sees the cases with these ids and returns those that changed."""
    return await actions.share(
        work, params.cases_id, is_private=params.is_private, access_list=params.access_list
    )


@route.put("case/filter/access", mode=Mode.TRANSACTION, strict=True)
async def share_filtered(work: Work, params: SharingOfFiltered, paging: Paging) -> list[Case]:
    """Sets who sees all cases that match a filter and returns those that changed."""
    filter_params = resolve(params, paging.filter_value)
    ids = await actions.matching_ids(work, filter_params, means_all=params.all)
    return await actions.share(
        work, ids, is_private=params.is_private, access_list=params.access_list
    )


@route.post("case/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def tag_filtered(work: Work, params: TaggingOfFiltered, paging: Paging) -> str:
    """Adds a tag to all cases that match a filter."""
    filter_params = resolve(params, paging.filter_value)
    ids = await actions.matching_ids(work, filter_params, means_all=params.all)
    await tags.attach_many(work, Tagged.CASE, ids, params.tag_name)
    return params.tag_name

"""The route that adds a tag to all opportunities that match a filter."""

from typing import Annotated

from dealwright import access
from dealwright.crm.opportunities.batches.actions import matching_ids
from dealwright.crm.opportunities.filters import Filter, resolve
from dealwright.portal.tags import actions
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every opportunity when no filter is given."""

    tag_name: Annotated[str, Length(255)] = ""
    all: bool = False


@route.post("opportunity/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, params: NamedForFiltered, paging: Paging) -> str:
    """Adds a tag to all opportunities that match a filter."""
    filter_params = await resolve(work, params, paging.filter_value)
    ids = await matching_ids(work, filter_params, means_all=params.all)
    await actions.attach_many(work, Tagged.OPPORTUNITY, ids, params.tag_name)
    return params.tag_name

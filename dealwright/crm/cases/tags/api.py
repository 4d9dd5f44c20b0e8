"""The route that adds a tag to all cases that match a filter."""

from typing import Annotated

from dealwright import access
from dealwright.crm.cases.batches.actions import matching_ids
from dealwright.crm.cases.filters import Filter, resolve
from dealwright.portal.tags import actions
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to select every case when no filter is given."""

    tag_name: Annotated[str, Length(255)] = ""
    all: bool = False


@route.post("case/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, params: NamedForFiltered, paging: Paging) -> str:
    """Adds a tag to all cases that match a filter."""
    filter_params = resolve(params, paging.filter_value)
    ids = await matching_ids(work, filter_params, means_all=params.all)
    await actions.attach_many(work, Tagged.CASE, ids, params.tag_name)
    return params.tag_name

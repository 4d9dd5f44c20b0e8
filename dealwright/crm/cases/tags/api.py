"""The route that hangs a tag on all cases that match a filter."""

from typing import Annotated

from dealwright import access
from dealwright.crm.cases.batches.actions import found
from dealwright.crm.cases.filters import Filter, wanted
from dealwright.portal.tags import actions
from dealwright.portal.tags.rules import Tagged
from dealwright.wire.paging import Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class NamedForFiltered(Filter, kw_only=True, frozen=True):
    """`all` must be true to mean every case when no filter is given."""

    tag_name: Annotated[str, Length(255)] = ""
    all: bool = False


@route.post("case/filter/taglist", mode=Mode.TRANSACTION, strict=True)
async def attach_to_filtered(work: Work, params: NamedForFiltered, paging: Paging) -> str:
    """Hangs a tag on all cases that match a filter."""
    filters = wanted(params, paging.filter_value)
    chosen = await found(work, filters, means_all=params.all)
    await actions.attach_many(work, Tagged.CASE, chosen, params.tag_name)
    return params.tag_name

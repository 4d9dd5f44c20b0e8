"""Saved views as templates need them: as tabs above the pipeline, and as rows of their own page."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.board.chips import words_of
from dealwright.crm.opportunities.views import actions
from dealwright.crm.opportunities.views.rules import View
from dealwright.work import Work


class Tab(NamedTuple):
    """`id` and `icon` are empty for the views that every portal has."""

    title: str
    address: str
    is_current: bool
    id: int = 0
    icon: str = ""
    is_shared: bool = False
    can_edit: bool = False


class Row(NamedTuple):
    """`words`: what the filter says, one for each condition; `owner`: empty for one's own."""

    view: View
    address: str
    words: Sequence[str]
    owner: str


async def tabs(work: Work, query: Query, path: str) -> list[Tab]:
    """The saved views, leading to `path`; a filter in another pipeline stays in that pipeline."""
    made = []
    for view in await actions.visible(work):
        # Kept without a pipeline it is a filter of whichever one is shown.
        base = {} if "pipeline" in view.filter else _pipeline(query)
        leads = {**base, **view.filter}
        is_current = leads == dict(query)
        address = screen.address(path, leads)
        made.append(
            Tab(view.title, address, is_current, view.id, view.icon, view.is_shared, view.can_edit)
        )
    return made


async def rows(page: Asked, work: Work) -> list[Row]:
    """The views with what they say in words."""
    names, words = await screen.names(work), await words_of(page, work)
    return [
        Row(
            view,
            screen.address("/opportunities/board", view.filter),
            [words[name](value) for name, value in view.filter.items() if name in words],
            "" if view.person_id == work.actor.id else names.get(view.person_id, ""),
        )
        for view in await actions.visible(work)
    ]


def _pipeline(query: Query) -> dict[str, str]:
    return {name: value for name, value in query.items() if name == "pipeline"}

"""The strip above a board, a list, a calendar and a forecast: views, chips, marks and totals."""

from datetime import date, datetime, timedelta
from typing import Any

from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import MARKS, NAMES, Asked, Query
from dealwright.crm.opportunities.board.chips import chips, statuses, words_of
from dealwright.crm.opportunities.board.reads import this_month
from dealwright.crm.opportunities.board.rules import Board
from dealwright.crm.opportunities.views import screen as saved
from dealwright.crm.opportunities.views.rules import ICONS
from dealwright.people.queries import teams
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.portal.tags.rules import Tagged
from dealwright.portal.tags.shapes import every
from dealwright.work import Work

KEPT = ("pipeline", *MARKS)  # what the form of the filter does not show


async def strip(page: Asked, work: Work, board: Board, query: Query, path: str) -> dict[str, Any]:
    """What `strip.html` needs, of a board that is read with the filter of `query`; its links lead
    to `path`."""
    listed, stages = await work.cached(pipelines), await work.cached(pipeline)
    won = [
        screen.sums_view(each.sums, board.currency)
        for each in board.columns
        if stages[each.stage_id].stage_type == StageType.CLOSED_AND_WON
    ]
    return {
        "path": path,
        "pipeline": listed[board.pipeline_id],
        "pipelines": [*listed.values()],
        "currency": board.currency,
        "rates_on": date.fromordinal(date(1970, 1, 1).toordinal() + board.rates_on),
        "total_number": board.total.number,
        "total": screen.sums_view(board.total, board.currency),
        "won": won[0] if won else None,
        "attention": screen.marks(path, query, board.attention),
        "period": _month(page, work.now),
        "query": screen.address("", query).lstrip("?"),
        "kept": [(name, value) for name, value in query.items() if name != "text"],
        "text": page.text("text"),
        "chips": chips(query, path, await words_of(page, work)),
        "tabs": [*_tabs(page, work, query, path), *await saved.tabs(work, query, path)],
        "icons": ICONS,
        "marked": [(name, value) for name, value in query.items() if name in KEPT],
        "chosen": {name: query.get(name, "") for name in NAMES},
        "choices": await _choices(page, work, board.pipeline_id),
        "is_filtered": bool(set(query) - {"pipeline"}),
        "colours": screen.digest(await screen.colours(work)),
    }


async def _choices(
    page: Asked, work: Work, pipeline_id: int
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the filter lets choose from: a parameter, its label, values with their words."""
    names, stages = await screen.names(work), (await work.cached(pipeline)).values()
    tags = [each.title for each in await every(work, Tagged.OPPORTUNITY)]
    own = [(str(each.id), each.title) for each in stages if each.pipeline_id == pipeline_id]
    groups = [(each.id, each.name) for each in (await work.cached(teams)).values()]
    choices = [
        ("responsible", page.say("Responsible"), sorted(names.items(), key=lambda each: each[1])),
        ("stage", page.say("Stage"), own),
        ("status", page.say("Status"), [*statuses(page).items()]),
        ("tag", page.say("Tag"), [(title, title) for title in tags]),
        ("team", page.say("Team"), groups),
    ]
    return [each for each in choices if each[2]]


def _tabs(page: Asked, work: Work, query: Query, path: str) -> list[saved.Tab]:
    own = {"responsible": work.actor.id}
    base = {name: value for name, value in query.items() if name == "pipeline"}
    return [
        saved.Tab(title, screen.address(path, base | names), query == base | names)
        for title, names in (
            (page.say("Everyone"), {}),
            (page.say("Mine"), own),
            (page.say("Closing this month"), _this_month(work)),
        )
    ]


def _this_month(work: Work) -> dict[str, str]:
    zone, period = work.settings.timezone, this_month(work)
    first = datetime.fromtimestamp(period.start / 1_000_000, zone).date()
    last = datetime.fromtimestamp(period.end / 1_000_000, zone).date() - timedelta(days=1)
    return {"expectedfrom": first.isoformat(), "expectedto": last.isoformat()}


def _month(page: Asked, now: int) -> str:
    """ "November", as sentences name it."""
    formats: Any = page.templates.globals["formats"]
    return str(formats.month(now))

"""The strip above a board, a list, a calendar and a forecast: views, chips, marks and totals."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import MARKS, NAMES, Asked, Query
from dealwright.crm.opportunities.board.rules import Board
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import Stage, pipeline
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
        "chips": _chips(query, path, _words(page, await screen.names(work), stages)),
        "tabs": _tabs(page, work, query, path),
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
    return [
        ("responsible", page.say("Responsible"), sorted(names.items(), key=lambda each: each[1])),
        ("stage", page.say("Stage"), own),
        ("status", page.say("Status"), [*_statuses(page).items()]),
        ("tag", page.say("Tag"), [(title, title) for title in tags]),
    ]


def _statuses(page: Asked) -> dict[str, str]:
    return {
        "open": page.say("Open"),
        "won": page.say("Won"),
        "lost": page.say("Lost"),
        "all": page.say("Open and closed"),
    }


def _tabs(page: Asked, work: Work, query: Query, path: str) -> list[screen.Tab]:
    own = {"responsible": work.actor.id}
    base = {name: value for name, value in query.items() if name == "pipeline"}
    return [
        screen.Tab(page.say("Everyone"), screen.address(path, base), query == base),
        screen.Tab(page.say("Mine"), screen.address(path, base | own), query == base | own),
    ]


def _chips(query: Query, path: str, words: Mapping[str, Callable[[str], str]]) -> list[screen.Chip]:
    return [
        screen.Chip(words[name](value), screen.address(path, screen.without(query, name)))
        for name, value in query.items()
        if name in words
    ]


def _words(
    page: Asked, names: Mapping[str, str], stages: Mapping[int, Stage]
) -> dict[str, Callable[[str], str]]:
    """What a chip says of a value, by the parameter."""
    formats: Any = page.templates.globals["formats"]
    statuses = _statuses(page)
    titles = {str(stage.id): stage.title for stage in stages.values()}

    def day(value: str) -> str:
        return str(formats.date(date.fromisoformat(value)))

    return {
        "status": lambda value: statuses.get(value, value),
        "responsible": lambda value: page.say(
            "Responsible: %(name)s", name=names.get(value, value)
        ),
        "stage": lambda value: page.say("Stage: %(title)s", title=titles.get(value, value)),
        "tag": lambda value: page.say("Tag: %(tag)s", tag=value),
        "text": lambda value: page.say("Text: %(words)s", words=value),
        "expectedfrom": lambda value: page.say("Expected from %(day)s", day=day(value)),
        "expectedto": lambda value: page.say("Expected until %(day)s", day=day(value)),
        "closedfrom": lambda value: page.say("Closed from %(day)s", day=day(value)),
        "closedto": lambda value: page.say("Closed until %(day)s", day=day(value)),
    }


def _month(page: Asked, now: int) -> str:
    """ "November", as sentences name it."""
    formats: Any = page.templates.globals["formats"]
    return str(formats.month(now))

"""What a filter says in words: one chip for each condition."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.cards import typed
from dealwright.people.queries import teams
from dealwright.portal.organisation.queries import current
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work

Words = Mapping[str, Callable[[str], str]]
SHOWN_APART = ("pipeline", "overdue", "rotting", "nonextstep", "pastclose")


def chips(query: Query, path: str, words: Words) -> list[screen.Chip]:
    """The chips of a filter, each with the address without it. The pipeline and the marks have
    places of their own."""
    return [
        screen.Chip(words[name](value), screen.address(path, screen.without(query, name)))
        for name, value in query.items()
        if name in words and name not in SHOWN_APART
    ]


async def words_of(page: Asked, work: Work) -> Words:
    """What a filter says of a value, by the parameter."""
    names, groups = await screen.names(work), await work.cached(teams)
    stages, listed = await work.cached(pipeline), await work.cached(pipelines)
    base, said = (await work.cached(current)).currency, statuses(page)
    titles = {str(stage.id): stage.title for stage in stages.values()}
    pipes = {str(each.id): each.title for each in listed.values()}
    teams_by_id = {each.id: each.name for each in groups.values()}
    return {
        "pipeline": lambda value: page.say("Pipeline: %(title)s", title=pipes.get(value, value)),
        "status": lambda value: said.get(value, value),
        "responsible": lambda value: page.say(
            "Responsible: %(name)s", name=names.get(value, value)
        ),
        "team": lambda value: page.say("Team: %(name)s", name=teams_by_id.get(value, value)),
        "stage": lambda value: page.say("Stage: %(title)s", title=titles.get(value, value)),
        "tag": lambda value: page.say("Tag: %(tag)s", tag=value),
        "text": lambda value: page.say("Text: %(words)s", words=value),
        "overdue": lambda _: page.say("Overdue"),
        "rotting": lambda _: page.say("Rotting"),
        "nonextstep": lambda _: page.say("No next step"),
        "pastclose": lambda _: page.say("Past close date"),
        **_periods(page),
        **_amounts(page, base),
    }


def statuses(page: Asked) -> dict[str, str]:
    return {
        "open": page.say("Open"),
        "won": page.say("Won"),
        "lost": page.say("Lost"),
        "all": page.say("Open and closed"),
    }


def _periods(page: Asked) -> dict[str, Callable[[str], str]]:
    formats: Any = page.templates.globals["formats"]

    def day(value: str) -> str:
        return str(formats.date(date.fromisoformat(value)))

    return {
        "expectedfrom": lambda value: page.say("Expected from %(day)s", day=day(value)),
        "expectedto": lambda value: page.say("Expected until %(day)s", day=day(value)),
        "closedfrom": lambda value: page.say("Closed from %(day)s", day=day(value)),
        "closedto": lambda value: page.say("Closed until %(day)s", day=day(value)),
    }


def _amounts(page: Asked, currency: str) -> dict[str, Callable[[str], str]]:
    formats: Any = page.templates.globals["formats"]

    def amount(value: str) -> str:
        return str(formats.money(screen.amount(typed.amount(value)), currency))

    return {
        "amountfrom": lambda value: page.say("At least %(amount)s", amount=amount(value)),
        "amountto": lambda value: page.say("At most %(amount)s", amount=amount(value)),
    }

"""An insight as its templates need it: tiles, charts, and what can be chosen."""

from typing import Any, NamedTuple

from dealwright.crm.insight import rules, sections
from dealwright.crm.insight.reads import Insight
from dealwright.crm.insight.writer import Writer
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.cards import typed
from dealwright.people.queries import teams
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work

NAMES = ("pipeline", "months", "responsible", "team")


class Tile(NamedTuple):
    name: str
    value: str
    note: str
    address: str


class Choice(NamedTuple):
    words: str
    address: str
    is_on: bool


def query_of(page: Asked) -> dict[str, str]:
    return {name: value for name in NAMES if (value := page.text(name))}


async def titles(page: Asked, work: Work, by: str) -> dict[int, str]:
    """What the stages, or the reasons, are called; the reason 0 is none."""
    if by == "stage":
        return {id: each.title for id, each in (await work.cached(pipeline)).items()}
    known = {id: each.title for id, each in (await work.cached(reasons)).items()}
    return {**known, 0: page.say("No reason given")}


async def shown(page: Asked, work: Work, found: Insight) -> dict[str, Any]:
    """What `insight.html` needs."""
    query = query_of(page)
    writer = Writer(page, found, query)
    names = await screen.names(work)
    listed = await work.cached(pipelines)
    chosen = typed.whole(query.get("pipeline", "")) or next(iter(listed))
    kinds = {each.id: each for each in found.stages}
    charts = [
        sections.funnel(writer, found, kinds),
        sections.by_month(writer, found),
        sections.durations(writer, found, kinds),
        sections.reasons(writer, found, await titles(page, work, "reason")),
        sections.forecast(writer, work, found),
        sections.parts(writer, "people", found.people, names, "responsible"),
        sections.parts(writer, "tags", found.tags, {each: each for each in found.tags}, "tag"),
    ]
    groups = [(f"team={each.id}", each.name) for each in (await work.cached(teams)).values()]
    people = sorted(((f"responsible={id}", name) for id, name in names.items()), key=lambda e: e[1])
    return {
        "is_empty": not (found.total.won.number or found.total.lost.number
                         or found.forecast.total.number or any(s.entered for s in found.funnel)),
        "tiles": _tiles(writer, found),
        "sections": charts,
        "query": screen.address("", query).lstrip("?"),
        "colours": screen.digest(await screen.colours(work)),
        "pipeline": listed[chosen].title,
        "pipelines": [
            Choice(each.title, _with(query, "pipeline", str(id)), id == chosen)
            for id, each in listed.items()
        ],
        "span": writer.say("Last %(n)s months", n=len(found.months)),
        "spans": [
            Choice(writer.say("Last %(n)s months", n=n), _with(query, "months", str(n)),
                   n == len(found.months))
            for n in rules.SPANS
        ],
        "owner": next((name for key, name in (*people, *groups) if _is_chosen(key, query)), ""),
        "owners": [
            Choice(name, _of(query, key), _is_chosen(key, query))
            for key, name in (*groups, *people)
        ],
        "everyone": _of(query, ""),
        "left_out": sorted({*found.total.won.missing, *found.total.lost.missing,
                            *found.forecast.total.missing}),
    }  # fmt: skip


def _with(query: Query, name: str, value: str) -> str:
    return screen.address("/insight", {**query, name: value})


def _of(query: Query, key: str) -> str:
    kept = {name: value for name, value in query.items() if name not in ("responsible", "team")}
    return screen.address("/insight", {**kept, **dict([key.split("=")] if key else [])})


def _is_chosen(key: str, query: Query) -> bool:
    name, value = key.split("=")
    return query.get(name) == value


def _tiles(writer: Writer, found: Insight) -> list[Tile]:
    say, won, lost = writer.say, found.total.won, found.total.lost
    rate = rules.share(won.number, won.number + lost.number)
    days = rules.days(found.cycle.median)
    ahead = found.forecast.total
    forecast = screen.address("/opportunities/forecast", writer.kept)
    return [
        Tile(say("Won"), writer.sum_cell(won).text,
             say("%(n)s opportunities", n=writer.formats.number(won.number)),
             writer.listed(status="won")),
        Tile(say("Win rate"), writer.percent(rate),
             say("of %(n)s that closed", n=writer.formats.number(won.number + lost.number)),
             writer.listed(status="all")),
        Tile(say("Median days to win"), "–" if days is None else writer.formats.number(days),
             say("from creation to closing"), writer.listed(status="won")),
        Tile(say("Velocity, 30 days"), writer.money(found.velocity),
             say("open · win rate · mean amount ÷ mean days to win"), writer.listed(status="won")),
        Tile(say("Weighted, all open"), writer.money(ahead.weighted),
             say("of %(amount)s open", amount=writer.money(ahead.converted)), forecast),
    ]  # fmt: skip

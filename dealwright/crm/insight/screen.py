"""An insight as its templates need it: charts, tables, words, and the addresses behind numbers."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from babel.dates import format_date

from dealwright.crm.insight import rules
from dealwright.crm.insight.charts import (
    Bar,
    Cell,
    Section,
    Series,
    Table,
    drawn,
    share,
)
from dealwright.crm.insight.reads import Insight, Result
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.board.rules import DAY, Sums
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.rules import LATER, NO_DATE, PAST
from dealwright.people.queries import teams
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work

NAMES = ("pipeline", "months", "responsible", "team")
LIST, BEHIND = "/opportunities", "/insight/list"


class Tile(NamedTuple):
    name: str
    value: str
    note: str
    address: str


class Choice(NamedTuple):
    words: str
    address: str
    is_on: bool


class Writer:
    """Writes the values of one insight for one reader."""

    def __init__(self, page: Asked, found: Insight, query: Query) -> None:
        self.say, self.currency, self.query = page.say, found.currency, query
        self.formats: Any = page.templates.globals["formats"]
        self.kept = {name: value for name, value in query.items() if name != "months"}
        days = {"closedfrom": str(found.months[0].first), "closedto": str(found.months[-1].last)}
        self.period = days

    def money(self, value: Fraction) -> str:
        return str(self.formats.money(screen.amount(value, whole=True), self.currency))

    def sum_cell(self, sums: Sums, **query: str) -> Cell:
        view = screen.sums_view(sums, self.currency)
        mark = "≈\u00a0" if view.is_converted else ""
        text = mark + str(self.formats.money(view.converted, self.currency))
        return Cell(text, view.converted, self.listed(**query) if sums.number else "")

    def number_cell(self, number: int, **query: str) -> Cell:
        return Cell(self.formats.number(number), number, self.listed(**query) if number else "")

    def percent(self, value: Fraction | None) -> str:
        return "–" if value is None else str(self.formats.percent(round(value)))

    def days_cell(self, seconds: float | None) -> Cell:
        days = rules.days(seconds)
        return Cell("–" if days is None else self.formats.days(days), days)

    def listed(self, **query: str) -> str:
        """The list of what closed in the period; `query` says more, or something else."""
        days = {} if "closedfrom" in query or "expectedto" in query else self.period
        if "expectedfrom" in query:
            days = {}
        return screen.address(LIST, {**self.kept, **days, **query})

    def behind(self, **query: str) -> str:
        return screen.address(BEHIND, {**self.query, **query})

    def result(self, result: Result, **query: str) -> list[Cell]:
        """Won and lost, each as number and sum, and the share of the won ones."""
        won, lost = {"status": "won", **query}, {"status": "lost", **query}
        rate = rules.share(result.won.number, result.won.number + result.lost.number)
        return [
            self.number_cell(result.won.number, **won),
            self.sum_cell(result.won, **won),
            self.number_cell(result.lost.number, **lost),
            self.sum_cell(result.lost, **lost),
            Cell(self.percent(rate), None if rate is None else round(rate)),
        ]

    @property
    def result_heads(self) -> list[str]:
        say = self.say
        return [say("Won"), self.worth(say("Won")), say("Lost"), self.worth(say("Lost")),
                say("Win rate")]  # fmt: skip

    def worth(self, words: str) -> str:
        return f"{words}, {self.currency}"


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
    sections = [
        _funnel(writer, found, kinds),
        _by_month(writer, found),
        _durations(writer, found, kinds),
        _reasons(writer, found, await titles(page, work, "reason")),
        _forecast(writer, work, found),
        _parts(writer, "people", found.people, names, "responsible"),
        _parts(writer, "tags", found.tags, {each: each for each in found.tags}, "tag"),
    ]
    groups = [(f"team={each.id}", each.name) for each in (await work.cached(teams)).values()]
    people = sorted(((f"responsible={id}", name) for id, name in names.items()), key=lambda e: e[1])
    return {
        "is_empty": not (found.total.won.number or found.total.lost.number
                         or found.forecast.total.number or any(s.entered for s in found.funnel)),
        "tiles": _tiles(writer, found),
        "sections": sections,
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


def _funnel(writer: Writer, found: Insight, stages: Mapping[int, Any]) -> Section:
    say = writer.say
    longest = max((each.entered for each in found.funnel), default=0)
    bars, rows = [], []
    for each in found.funnel:
        stage = stages[each.stage_id]
        is_won = stage.stage_type == StageType.CLOSED_AND_WON
        rate = None if is_won else rules.share(each.went_on, each.entered)
        address = writer.behind(stage=str(stage.id)) if each.entered else ""
        days = writer.days_cell(each.mean)
        note = say("%(share)s went on", share=writer.percent(rate)) if rate is not None else ""
        if days.value is not None:
            note += f", {days.text}"
        kind = "won" if is_won else f"stage-{stage.id}"
        number = writer.formats.number(each.entered)
        bars.append(Bar(stage.title, note, share(each.entered, longest), number, address, kind))
        went = (
            Cell("–", None) if is_won else Cell(writer.formats.number(each.went_on), each.went_on)
        )
        rows.append([
            Cell(stage.title, stage.title), Cell(number, each.entered, address), went,
            Cell(writer.percent(rate), None if rate is None else round(rate)), days,
        ])  # fmt: skip
    heads = [say("Stage"), say("Came"), say("Went on"), say("Share, percent"), say("Mean days")]
    note = say("Came to the stage in the period; went on: to a later stage or won; mean days there")
    return Section("funnel", say("Funnel"), note, Table(heads, rows), bars)


def _durations(writer: Writer, found: Insight, stages: Mapping[int, Any]) -> Section:
    say, second = writer.say, 1_000_000
    steps = [each for each in found.funnel if stages[each.stage_id].stage_type == StageType.OPEN]
    limits = {each.stage_id: stages[each.stage_id].rotting_days for each in steps}
    longest = max(
        [*((rules.days(each.median) or 0) for each in steps), *limits.values()], default=0
    )
    bars, rows = [], []
    for each in steps:
        stage, days = stages[each.stage_id], writer.days_cell(each.median)
        limit = limits[stage.id]
        address = writer.behind(stage=str(stage.id)) if each.entered else ""
        line = share(limit, longest) if limit else None
        length = share(min(each.median or 0, longest * DAY / second), longest * DAY / second)
        bars.append(Bar(stage.title, "", length, days.text, address, f"stage-{stage.id}", line))
        rows.append([
            Cell(stage.title, stage.title), days._replace(address=address),
            Cell(writer.formats.days(limit), limit) if limit else Cell("–", None),
        ])  # fmt: skip
    heads = [say("Stage"), say("Median days"), say("Limit, days")]
    note = say("Median days of those that went on; the red line is the limit of the stage")
    return Section("durations", say("Time in stage"), note, Table(heads, rows), bars)


def _by_month(writer: Writer, found: Insight) -> Section:
    say, series, rows = writer.say, [], []
    for month, result in zip(found.months, found.by_month, strict=True):
        days = {"closedfrom": str(month.first), "closedto": str(month.last)}
        name = str(writer.formats.month(month.first))
        won = writer.sum_cell(result.won, status="won", **days)
        lost = writer.sum_cell(result.lost, status="lost", **days)
        series.append(Series(
            format_date(month.first, "LLL", locale=writer.formats.locale).rstrip("."),
            [(kind, float(cell.value or 0), say(words, month=name, amount=cell.text), cell.address)
             for kind, cell, words in (("won", won, _("%(month)s: won %(amount)s")),
                                       ("lost", lost, _("%(month)s: lost %(amount)s")))],
        ))  # fmt: skip
        rows.append([Cell(name, f"{month.first:%Y-%m}"), *writer.result(result, **days)])
    table = Table([say("Month"), *writer.result_heads], rows)
    note = say("In %(currency)s, at the rate of the closing day", currency=writer.currency)
    legend = (("won", say("Won")), ("lost", say("Lost")))
    return Section("months", say("Won and lost by month"), note, table,
                   columns=drawn(series), legend=legend)  # fmt: skip


def _reasons(writer: Writer, found: Insight, titles: Mapping[int, str]) -> Section:
    say = writer.say
    listed = sorted(
        ((id, each.lost) for id, each in found.reasons.items() if each.lost.number),
        key=lambda each: (-each[1].number, titles.get(each[0], "")),
    )
    longest = listed[0][1].number if listed else 0
    bars, rows = [], []
    for id, lost in listed:
        title, address = titles.get(id, ""), writer.behind(reason=str(id))
        number, worth = writer.formats.number(lost.number), writer.sum_cell(lost)
        bars.append(Bar(title, worth.text, share(lost.number, longest), number, address))
        rows.append([Cell(title, title), Cell(number, lost.number, address),
                     worth._replace(address=address)])  # fmt: skip
    table = Table([say("Reason"), say("Lost"), writer.worth(say("Lost"))], rows)
    return Section("reasons", say("Lost by reason"), say("Lost in the period"), table, bars)


def _forecast(writer: Writer, work: Work, found: Insight) -> Section:
    say, series, rows = writer.say, [], []
    others = {PAST: say("Past date"), LATER: say("Later"), NO_DATE: say("No date")}
    today = forecasts.today(work)
    for each in found.forecast.columns:
        month, worth = each.bucket.month, each.sums
        days = _days(each.bucket, today, found)
        whole = writer.sum_cell(worth, status="open", **days)
        if not days:
            forecast = screen.address("/opportunities/forecast", writer.kept)
            whole = whole._replace(address=forecast if worth.number else "")
        weighted = Cell(writer.money(worth.weighted), screen.amount(worth.weighted, whole=True),
                        whole.address)  # fmt: skip
        target = each.target.amount if each.target else None
        goal = Cell("–", None)
        if target is not None:
            goal = Cell(writer.money(Fraction(target)), screen.amount(target, whole=True))
        name = others.get(each.bucket.key) or str(writer.formats.month(month))
        won = Cell("–", None)
        if month is not None:
            last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            closed = {"closedfrom": str(month), "closedto": str(last)}
            won = writer.sum_cell(each.won, status="won", **closed)
            series.append(Series(
                format_date(month, "LLL", locale=writer.formats.locale).rstrip("."),
                [(kind, float(cell.value or 0), say(words, month=name, amount=cell.text),
                  cell.address)
                 for kind, cell, words in (
                     ("won", won, _("%(month)s: won %(amount)s")),
                     ("weighted", weighted, _("%(month)s: weighted %(amount)s")),
                     ("expected", whole, _("%(month)s: all open %(amount)s")))],
                None if goal.value is None else float(goal.value),
            ))  # fmt: skip
        if worth.number or each.won.number or month is not None:
            rows.append([Cell(name, each.bucket.key if month else name),
                         writer.number_cell(worth.number)._replace(address=whole.address),
                         whole, weighted, won, goal])  # fmt: skip
    heads = [say("Month"), say("Open"), *(writer.worth(say(each)) for each in (
        _("All open"), _("Weighted"), _("Won"), _("Target")))]  # fmt: skip
    note = say("By the month in which it should close; a person or a group can have a target")
    legend = (("won", say("Won")), ("weighted", say("Weighted")), ("expected", say("All open")))
    return Section("forecast", say("Forecast"), note, Table(heads, rows),
                   columns=drawn(series), legend=legend)  # fmt: skip


def _days(bucket: Any, today: Any, found: Insight) -> dict[str, str]:
    """The days in which a column of a forecast is expected, as the list filters them."""
    months = [each.bucket.month for each in found.forecast.columns if each.bucket.month]
    following = (months[-1] + timedelta(days=31)).replace(day=1)
    if bucket.month is not None:
        last = (bucket.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return {"expectedfrom": str(max(bucket.month, today)), "expectedto": str(last)}
    if bucket.key == PAST:
        return {"expectedto": str(today - timedelta(days=1))}
    return {"expectedfrom": str(following)} if bucket.key == LATER else {}


def _parts(
    writer: Writer, key: str, parts: Mapping[Any, Result], names: Mapping[Any, str], filtered: str
) -> Section:
    """By person or by tag: the most won first."""
    say = writer.say
    listed = sorted(
        ((id, each) for id, each in parts.items() if id in names),
        key=lambda each: (-each[1].won.converted, names[each[0]]),
    )
    longest = float(listed[0][1].won.converted) if listed else 0.0
    bars, rows = [], []
    for id, result in listed:
        query = {filtered: id if key == "people" else names[id]}
        cells = writer.result(result, **query)
        won, lost = cells[0], cells[2]
        note = say("%(won)s won, %(lost)s lost, %(rate)s", won=won.text, lost=lost.text,
                   rate=cells[4].text)  # fmt: skip
        length = share(float(result.won.converted), longest)
        address = writer.listed(status="all", **query)
        bars.append(Bar(names[id], note, length, cells[1].text, address, "won"))
        rows.append([Cell(names[id], names[id], address), *cells])
    is_people = key == "people"
    title = say("By person") if is_people else say("By tag")
    note = say("Won amounts by who is responsible") if is_people else say(
        "Won amounts by tag, such as the source; one with two tags counts at both")  # fmt: skip
    head = say("Person") if is_people else say("Tag")
    return Section(key, title, note, Table([head, *writer.result_heads], rows), bars)


def _(text: str) -> str:
    """Marks a sentence for translation."""
    return text

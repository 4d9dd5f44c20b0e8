"""The charts of an insight, each with its table."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from dealwright.crm.insight import rules
from dealwright.crm.insight.charts import Bar, Cell, Section, Series, Table, drawn, share
from dealwright.crm.insight.reads import Insight, Result
from dealwright.crm.insight.writer import Writer
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.rules import DAY
from dealwright.crm.opportunities.forecast import reads as forecasts
from dealwright.crm.opportunities.forecast.rules import LATER, NO_DATE, PAST
from dealwright.portal.stages.rules import StageType
from dealwright.work import Work


def _(text: str) -> str:
    """Marks a sentence for translation."""
    return text


def funnel(writer: Writer, found: Insight, stages: Mapping[int, Any]) -> Section:
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


def durations(writer: Writer, found: Insight, stages: Mapping[int, Any]) -> Section:
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


def by_month(writer: Writer, found: Insight) -> Section:
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


def reasons(writer: Writer, found: Insight, titles: Mapping[int, str]) -> Section:
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


def forecast(writer: Writer, work: Work, found: Insight) -> Section:
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


def parts(
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

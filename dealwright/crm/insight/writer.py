"""Writes the values of an insight: money, numbers, durations, and the list behind each."""

from fractions import Fraction
from typing import Any

from dealwright.crm.insight import rules
from dealwright.crm.insight.charts import Cell
from dealwright.crm.insight.reads import Insight, Result
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.board.address import Asked, Query
from dealwright.crm.opportunities.board.rules import Sums

LIST, BEHIND = "/opportunities", "/insight/list"


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

"""What the questions of a first run decide: which stages come of the form."""

from collections.abc import Sequence
from typing import NamedTuple

COLORS = ("#e795c1", "#b58fd6", "#6faedb", "#5fbf9f", "#f2b84b", "#f48454", "#9aa5b1")
MOST = 20  # rows of the form
LOSS_REASONS = (
    ("Price", "Цена"),
    ("Chose another supplier", "Выбрали другого поставщика"),
    ("No budget", "Нет бюджета"),
    ("No answer", "Не отвечают"),
    ("Other", "Другое"),
)


class StageRow(NamedTuple):
    """One row of the form; `id` 0 is a new stage, an empty title one that is not wanted."""

    id: int
    title: str
    probability: int


class Pipeline(NamedTuple):
    """What is to be done to the open stages: ids to delete, rows to change, rows to add."""

    gone: tuple[int, ...]
    changed: tuple[StageRow, ...]
    new: tuple[StageRow, ...]


def rows(ids: Sequence[str], titles: Sequence[str], chances: Sequence[str]) -> list[StageRow]:
    """The rows of the form as they were sent; what is no number counts as 0."""
    sent = zip(ids[:MOST], titles, chances, strict=False)
    return [StageRow(_number(one), title.strip(), _number(chance)) for one, title, chance in sent]


def pipeline(before: Sequence[StageRow], wanted: Sequence[StageRow]) -> Pipeline:
    """How to come from the stages that there are to those of the form."""
    known = {row.id: row for row in before}
    kept = [row for row in wanted if row.title and row.id in known]
    return Pipeline(
        gone=tuple(id for id in known if id not in {row.id for row in kept}),
        changed=tuple(row for row in kept if row != known[row.id]),
        new=tuple(row for row in wanted if row.title and row.id == 0),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

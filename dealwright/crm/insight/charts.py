"""What the charts and tables of an insight are made of: words that are already written, and places
in percent or in units of a picture. Templates draw them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 540, 258, 44, 10, 236
_STEPS = (1, 2, 2.5, 5, 10)


class Cell(NamedTuple):
    """`text` for eyes, `value` for files; `address`: the list behind it, or empty."""

    text: str
    value: str | int | Decimal | None
    address: str = ""


class Table(NamedTuple):
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Bar(NamedTuple):
    """`share` of the longest, and `limit`, in percent; `kind` is a class."""

    name: str
    note: str
    share: float
    figure: str
    address: str
    kind: str = ""
    limit: float | None = None


class Pillar(NamedTuple):
    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str
    address: str


class Column(NamedTuple):
    """`label` stands at `x`; an empty one is left out. `target`: the height of its line."""

    label: str
    x: float
    pillars: Sequence[Pillar]
    target: float | None = None
    start: float = 0
    end: float = 0


class Tick(NamedTuple):
    y: float
    amount: float


class Columns(NamedTuple):
    ticks: Sequence[Tick]
    columns: Sequence[Column]


class Series(NamedTuple):
    """One place of the axis: amounts with their class, words and address, and a target."""

    label: str
    amounts: Sequence[tuple[str, float, str, str]]
    target: float | None = None


class Section(NamedTuple):
    """A chart with its table. `legend`: pairs of a class and words."""

    key: str
    title: str
    note: str
    table: Table
    bars: Sequence[Bar] = ()
    columns: Columns | None = None
    legend: Sequence[tuple[str, str]] = ()


def share(part: float, longest: float) -> float:
    return round(100 * part / longest, 1) if longest else 0.0


def drawn(series: Sequence[Series]) -> Columns:
    """Amounts side by side in each place, on an axis whose ticks are round."""
    every = [amount for each in series for _, amount, _, _ in each.amounts]
    highest = max([*every, *(each.target or 0 for each in series), 1])
    step = _step(highest)
    count = max(1, int(-(-highest // step)))
    top = step * count

    def height(amount: float) -> float:
        return round((BOTTOM - TOP) * amount / top, 1)

    slot = (WIDTH - LEFT) / max(len(series), 1)
    skipped = 1 + len(series) // 13
    columns = []
    for place, each in enumerate(series):
        start = LEFT + place * slot
        width = min((slot - 6) / max(len(each.amounts), 1), 26)
        left = start + (slot - width * len(each.amounts)) / 2
        pillars = [
            Pillar(
                kind,
                round(left + number * width, 1),
                round(BOTTOM - height(amount), 1),
                round(width - 2, 1),
                height(amount),
                words,
                address,
            )
            for number, (kind, amount, words, address) in enumerate(each.amounts)
        ]
        label = each.label if (len(series) - 1 - place) % skipped == 0 else ""
        target = None if each.target is None else round(BOTTOM - height(each.target), 1)
        middle, end = round(start + slot / 2, 1), round(start + slot - 2, 1)
        columns.append(Column(label, middle, pillars, target, round(start + 2, 1), end))
    ticks = [Tick(round(BOTTOM - height(step * n), 1), step * n) for n in range(count + 1)]
    return Columns(ticks, columns)


def _step(highest: float) -> float:
    """A round distance that makes at most five ticks."""
    power = 10.0 ** (len(str(int(highest / 4))) - 1)
    return next(each * power for each in _STEPS if each * power * 5 >= highest)

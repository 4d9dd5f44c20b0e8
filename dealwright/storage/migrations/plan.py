"""The steps of a migration, and the folder that holds them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

MIGRATIONS = Path(__file__).parent
NEWEST = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


class Fill(NamedTuple):
    """A text column that is computed from another one of the same row, by Python."""

    table: str  # with an integer key `id`
    column: str
    source: str
    compute: Callable[[str], str]


class Step(NamedTuple):
    """The statements of a step, and what is computed after them."""

    revision: str
    statements: list[str]
    fills: Sequence[Fill] = ()

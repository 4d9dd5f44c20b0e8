"""The steps of a migration, and the folder that holds them."""

from pathlib import Path
from typing import NamedTuple

MIGRATIONS = Path(__file__).parent
NEWEST = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


class Step(NamedTuple):
    revision: str
    statements: list[str]

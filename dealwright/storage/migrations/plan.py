"""What a migration consists of, and where the steps lie."""

from pathlib import Path
from typing import NamedTuple

MIGRATIONS = Path(__file__).parent
NEWEST = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


class Step(NamedTuple):
    revision: str
    statements: list[str]

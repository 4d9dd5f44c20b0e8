"""The tables that the schema declares, as statements of one database.

`python -m tests.declared_tables sqlite` prints those that no step makes yet, as a draft for a new
step. It writes no file: a step that was released, or that another branch made, stays as it is.
"""

import sys
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import SchemaItem

from dealwright.storage.migrations.plan import MIGRATIONS
from dealwright.storage.schema import metadata
from dealwright.storage.statements.printing import DIALECTS

BETWEEN = "\n;;\n"


def declared(dialect: str) -> list[str]:
    """What makes the declared tables, one statement after the other."""
    printed: list[str] = []

    def note(statement: SchemaItem, *_: object, **__: object) -> None:
        printed.append(str(statement.compile(dialect=DIALECTS[dialect])).strip())

    metadata.create_all(create_mock_engine(f"{dialect}://", note), checkfirst=False)
    return _in_order(printed)


def _in_order(printed: list[str]) -> list[str]:
    """The indexes of a table by name: SQLAlchemy keeps them as a set."""
    groups = groupby(printed, lambda each: " INDEX " in each[:20])
    sorted_ones = (sorted(group) if is_index else list(group) for is_index, group in groups)
    return [statement for group in sorted_ones for statement in group]


def not_made_yet(dialect: str) -> list[str]:
    made = set(_made(dialect))
    return [each for each in declared(dialect) if each not in made]


def _made(dialect: str) -> Iterator[str]:
    for file in (MIGRATIONS / "versions").glob(f"*/{dialect}.sql"):
        for statement in file.read_text(encoding="utf-8").split(BETWEEN):
            yield statement.strip()


if __name__ == "__main__":
    sys.stdout.write(BETWEEN.join(not_made_yet(sys.argv[1])) + "\n")

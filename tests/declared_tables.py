"""Prints the tables that the schema declares as statements of one database.

`python -m tests.frozen_tables` writes those that no earlier step makes into the newest step. A step
is frozen once it is released: from then on a change of the schema is a step of its own.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

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


def write(dialect: str) -> None:
    *earlier, newest = sorted(path for path in (MIGRATIONS / "versions").glob("[0-9]*[0-9]"))
    made = {statement for step in earlier for statement in _statements(step, dialect)}
    text = BETWEEN.join(each for each in declared(dialect) if each not in made) + "\n"
    (newest / f"{dialect}.sql").write_text(text, encoding="utf-8")


def _statements(step: Path, dialect: str) -> Iterator[str]:
    text = (step / f"{dialect}.sql").read_text(encoding="utf-8")
    return (statement.strip() for statement in text.split(BETWEEN))


if __name__ == "__main__":
    for each in DIALECTS:
        write(each)

"""Prints the tables that the schema declares as statements of one database.

`python -m tests.first_tables` writes them into the first step, which is frozen once it is released:
from then on a change of the schema is a step of its own.
"""

from pathlib import Path

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import SchemaItem

from dealwright.storage.migrate import MIGRATIONS
from dealwright.storage.printing import DIALECTS
from dealwright.storage.schema import metadata

FIRST = MIGRATIONS / "versions" / "0001"
BETWEEN = "\n;;\n"


def declared(dialect: str) -> list[str]:
    """What makes the declared tables, one statement after the other."""
    printed: list[str] = []

    def note(statement: SchemaItem, *_: object, **__: object) -> None:
        printed.append(str(statement.compile(dialect=DIALECTS[dialect])).strip())

    metadata.create_all(create_mock_engine(f"{dialect}://", note), checkfirst=False)
    return printed


def write(directory: Path) -> None:
    directory.mkdir(exist_ok=True)
    for dialect in DIALECTS:
        text = BETWEEN.join(declared(dialect)) + "\n"
        (directory / f"{dialect}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(FIRST)

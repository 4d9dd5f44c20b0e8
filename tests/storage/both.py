"""A SQLite and a PostgreSQL side by side, for tests that compare their answers."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine

from dealwright.storage.engines.engine import Database, Row
from dealwright.storage.engines.opening import open_database
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.storage.world import metadata

Result = TypeVar("Result")


class Both:
    """Both have the tables of the world; the answers come from one event loop."""

    def __init__(self, directory: Path, *, server: str, template: str) -> None:
        file = f"sqlite:///{directory}/world.db"
        engine = create_engine(file)
        metadata.create_all(engine)
        engine.dispose()
        self._address = postgres.fresh_database(server, template=template)
        self._runner = asyncio.Runner()
        self.databases = [
            self.run(open_database(address, metadata=metadata)) for address in (file, self._address)
        ]

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(coroutine)

    def close(self) -> None:
        for database in self.databases:
            self.run(database.close())
        self._runner.close()
        postgres.drop_database(self._address)

    def named(self, dialect: str) -> Database:
        return next(each for each in self.databases if each.dialect == dialect)

    def same(self, statement: Statement, **values: Any) -> list[Row]:
        """The rows that both give; a boolean is the same as its number."""
        first, second = (self.run(_rows(each, statement, values)) for each in self.databases)
        assert first == second
        return first

    def save(self, change: Change) -> list[Row | None]:
        return [self.save_in(each, change) for each in self.databases]

    def save_in(self, database: Database, change: Change) -> Row | None:
        return self.run(_saved(database, change))


async def _rows(database: Database, statement: Statement, values: dict[str, Any]) -> list[Row]:
    rows = await database.read(lambda session: session.fetch(statement, values))
    return [tuple(row) for row in rows]


async def _saved(database: Database, change: Change) -> Row | None:
    row = await database.write(lambda session: session.save(change))
    return None if row is None else tuple(row)

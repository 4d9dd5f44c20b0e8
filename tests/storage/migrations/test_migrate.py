"""A database of any age is brought to this version's tables, by the first process that comes."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.engines.engine import Job, Row, Unavailable
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations import migrate, steps
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.migrations.plan import NEWEST, Step
from dealwright.storage.statements.statement import Statement
from dealwright.wire.values import EMPTY_GUID
from tests import postgres

SYSTEMS = ["sqlite", "postgresql"]


@pytest.fixture(params=SYSTEMS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a database may come to be."""
    if request.param == "sqlite":
        yield str(tmp_path / "new.db")
    else:
        address = postgres.fresh_database(request.getfixturevalue("server"))
        yield address
        postgres.drop_database(address)


def ask(address: str, query: str) -> list[tuple[Any, ...]]:
    if not address.startswith("postgresql"):
        with closing(sqlite3.connect(address)) as file:
            return file.execute(query).fetchall()

    async def fetch() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(address)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(fetch())


def version(address: str) -> str:
    return str(ask(address, "select version_num from alembic_version")[0][0])


def fetching(statement: Statement) -> Job[list[Row]]:
    return lambda session: session.fetch(statement)


def test_an_empty_place_gets_all_tables(empty: str) -> None:
    asyncio.run(upgrade(empty))
    assert version(empty) == NEWEST

    async def read_all() -> None:
        database = await open_database(empty)
        for table in schema.metadata.tables.values():
            everything = Statement(select(table))
            assert await database.read(fetching(everything)) == []
        await database.close()

    asyncio.run(read_all())


def test_what_is_up_to_date_stays_as_it_is(empty: str) -> None:
    asyncio.run(upgrade(empty))
    asyncio.run(upgrade(empty))
    assert version(empty) == NEWEST


def test_processes_that_start_together_take_each_step_once(empty: str) -> None:
    async def together() -> None:
        await asyncio.gather(*(upgrade(empty) for _ in range(5)))

    asyncio.run(together())
    assert version(empty) == NEWEST


def test_a_database_of_a_newer_version_is_left_alone(empty: str) -> None:
    asyncio.run(upgrade(empty))
    change(empty, "update alembic_version set version_num = '9999'")
    with pytest.raises(Unavailable, match="9999"):
        asyncio.run(upgrade(empty))


def change(address: str, command: str) -> None:
    if not address.startswith("postgresql"):
        with closing(sqlite3.connect(address, isolation_level=None)) as file:
            file.execute(command)
        return

    async def execute() -> None:
        connection = await asyncpg.connect(address)
        await connection.execute(command)
        await connection.close()

    asyncio.run(execute())


def test_a_step_that_fails_leaves_nothing_behind(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(dialect: str, found: str | None, to: str) -> list[Step]:
        if found is None:
            return [Step("0001", ["create table portal (id integer)"])]
        return [Step("0002", ["create table two (id integer)", "insert into nowhere values (1)"])]

    monkeypatch.setattr(steps, "steps", two)
    monkeypatch.setattr(migrate, "NEWEST", "0002")
    with pytest.raises((Unavailable, asyncpg.PostgresError)):
        asyncio.run(upgrade(empty, to="0002"))
    assert version(empty) == "0001"
    assert ask(empty, "select * from portal") == []
    with pytest.raises((sqlite3.Error, asyncpg.PostgresError)):
        ask(empty, "select * from two")


def test_names_that_are_there_get_their_keys(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "_AT_ONCE", 2)
    asyncio.run(upgrade(empty, to="0002"))
    change(
        empty,
        "insert into person (id, user_name, email, email_key, first_name, last_name, role,"
        " created_on) values"
        f" ('{EMPTY_GUID}', 'ann', 'a@b.cd', 'a@b.cd', 'Ann', 'A', 'user', 1)",
    )
    names = ["O''Hara, Pat", "Łódź & Co", "!!!", "", "Иванов Пётр"]
    for number, name in enumerate(names, 1):
        no = "false" if empty.startswith("postgresql") else "0"
        by = f"'{EMPTY_GUID}', 1"
        change(
            empty,
            "insert into contact (id, is_company, display_name, display_key, share_type,"
            " search_text, is_long_text, created_by, created_on, modified_by, modified_on, version)"
            f" values ({number}, {no}, '{name}', '', 1, ' ', {no}, {by}, {by}, 1)",
        )
    asyncio.run(upgrade(empty))
    found = ask(empty, "select name_key from contact order by id")
    assert [key for (key,) in found] == ["ohara pat", "co lodz", "!!!", "", "иванов петр"]


def test_a_step_leaves_no_reference_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = [
        "create table firm (id integer primary key)",
        "create table deal (firm_id integer references firm (id))",
        "insert into deal values (5)",
    ]
    monkeypatch.setattr(steps, "steps", lambda *_: [Step("0001", commands)])
    with pytest.raises(RuntimeError, match="references to nothing"):
        asyncio.run(upgrade(str(tmp_path / "a.db")))


def test_every_step_has_its_number_and_follows_the_one_before() -> None:
    found = [step.revision for step in steps.steps("sqlite", None)]
    assert found == [f"{number:04}" for number in range(1, len(found) + 1)]
    assert found[-1] == NEWEST


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "new.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    assert oct(os.stat(path).st_mode & 0o777) == "0o600"


def test_what_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        asyncio.run(upgrade("postgresql://nobody@127.0.0.1:1/nothing"))
    (tmp_path / "file").write_text("x" * 5000)
    with pytest.raises(Unavailable):
        asyncio.run(upgrade(str(tmp_path / "file")))
    with pytest.raises(Unavailable):
        asyncio.run(upgrade(str(tmp_path / "file" / "below.db")))

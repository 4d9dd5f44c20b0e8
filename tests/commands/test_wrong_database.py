"""A database that cannot be used is reported in one line, and nothing is written to it."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from dealwright import __main__ as command_line
from dealwright.settings import read
from dealwright.storage.engines import sqlite_file
from tests import postgres

Refusal = Callable[..., str]
NAME = ("--first-name", "Ann", "--last-name", "Archer")
COMMANDS = [
    ("user", "list"),
    ("user", "add", "ann@example.com", *NAME),
    ("user", "password", "ann@example.com"),
    ("user", "token", "ann@example.com", "--title", "export"),
    ("user", "disable", "ann@example.com"),
    ("explain", "opportunity", "1", "ann@example.com"),
    ("backup", "backup.zip"),
    ("check",),
    ("check", "--mend"),
    ("rates", __file__),
]
ALL = [*COMMANDS, ("init",), ("serve", "--port", "0")]


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refusal:
    """The one line with which a command refuses a database."""

    def run(command: Sequence[str], database: Path | str) -> str:
        monkeypatch.setattr(sys, "argv", ["dealwright", *command, "--database", str(database)])
        with pytest.raises(SystemExit) as ended:
            command_line.run()
        payload = capsys.readouterr()
        assert (ended.value.code, payload.out) == (2, "")
        assert payload.err.count("\n") == 1
        place = read({"database": str(database)}, {}).place
        return payload.err.removeprefix(f"dealwright: --database {place}: ").rstrip("\n")

    return run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> str:
    return postgres.start(tmp_path_factory.mktemp("postgres") / "data")


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_serve_and_init_make_a_file(
    refusal: Refusal, tmp_path: Path, command: Sequence[str]
) -> None:
    path = tmp_path / "new" / "crm.db"
    line = refusal(command, path)
    assert line.startswith("no such file; to make one: ")
    assert line.endswith(f"dealwright init --database {path}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_file_holds_no_portal(
    refusal: Refusal, tmp_path: Path, command: Sequence[str]
) -> None:
    path = tmp_path / "crm.db"
    path.touch()
    line = refusal(command, path)
    assert line.startswith("holds no portal yet; to make one: ")
    assert line.endswith(f"dealwright init --database {path}")
    assert contents(tmp_path) == {"crm.db": b""}


@pytest.mark.parametrize("text", ["hello", "Dear Ann, this is no database.\n" * 1000])
@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_a_file_of_another_kind_is_left_as_it_is(
    refusal: Refusal, tmp_path: Path, command: Sequence[str], text: str
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(text)
    assert refusal(command, path) == "not a SQLite database"
    assert contents(tmp_path) == {"letter.txt": text.encode()}


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("tables", ["song (title)", "alembic_version (version_num)"])
@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_a_database_of_another_program_is_left_as_it_is(
    refusal: Refusal, tmp_path: Path, command: Sequence[str], journal: str, tables: str
) -> None:
    path = tmp_path / "music.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma journal_mode = {journal}")
        connection.execute(f"create table {tables}")
    before = contents(tmp_path)
    assert refusal(command, path) == "holds the tables of another program, and is left as it is"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_a_directory_is_no_database(
    refusal: Refusal, tmp_path: Path, command: Sequence[str]
) -> None:
    assert refusal(command, tmp_path) == "not a file"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def portal_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "crm.db"
    monkeypatch.setattr(sys, "argv", ["dealwright", "init", "--database", str(path)])
    with pytest.raises(SystemExit) as ended:
        command_line.run()
    assert ended.value.code == 0
    return path


def test_a_locked_database_says_so(
    refusal: Refusal,
    portal_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    monkeypatch.setattr(sqlite_file, "SECONDS_TO_WAIT", 0.1)
    with closing(sqlite3.connect(portal_file, isolation_level=None)) as other:
        other.execute("begin immediate")
        line = refusal(("user", "disable", "owner@localhost"), portal_file)
        other.execute("rollback")
    assert line.startswith("locked by another program for more than ")


@pytest.mark.parametrize(("step", "line"), [("0000", "older version; stop its"), ("9999", "newer")])
def test_tables_of_another_version_say_so(
    refusal: Refusal, portal_file: Path, capsys: pytest.CaptureFixture[str], step: str, line: str
) -> None:
    capsys.readouterr()
    with closing(sqlite3.connect(portal_file)) as connection, connection:
        connection.execute("update alembic_version set version_num = ?", (step,))
    payload = refusal(("user", "list"), portal_file)
    assert payload.startswith(f"is at step {step}")
    assert line in payload


# -------------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def foreign(server: str) -> Iterator[str]:
    """A database with a table of another program."""
    address = postgres.fresh_database(server)
    asyncio.run(execute(address, "create table song (title text)"))
    yield address
    postgres.drop_database(address)


async def execute(address: str, *statements: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            found = await connection.fetch(statement)
        return [tuple(row) for row in found]
    finally:
        await connection.close()


TABLES = "select tablename from pg_tables where schemaname = 'public'"


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_a_postgresql_of_another_program_is_left_as_it_is(
    refusal: Refusal, foreign: str, command: Sequence[str]
) -> None:
    assert refusal(command, foreign) == "holds the tables of another program, and is left as it is"
    assert asyncio.run(execute(foreign, TABLES)) == [("song",)]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_postgresql_holds_no_portal(
    refusal: Refusal, server: str, command: Sequence[str]
) -> None:
    address = postgres.fresh_database(server)
    line = refusal(command, address)
    assert line.startswith("holds no portal yet; to make one: ")
    assert asyncio.run(execute(address, TABLES)) == []
    postgres.drop_database(address)


@pytest.mark.parametrize("command", [COMMANDS[0], *ALL[-2:]], ids=" ".join)
def test_a_postgresql_with_another_encoding_is_refused(
    refusal: Refusal, server: str, command: Sequence[str]
) -> None:
    latin = "template0 encoding 'LATIN1' locale 'C'"
    address = postgres.fresh_database(server, template=latin)
    assert refusal(command, address) == "keeps text as LATIN1, not as UTF8; create another database"
    assert asyncio.run(execute(address, TABLES)) == []
    postgres.drop_database(address)


@pytest.mark.parametrize("command", [COMMANDS[0], *ALL[-2:]], ids=" ".join)
def test_a_postgresql_that_is_not_there_says_so(
    refusal: Refusal, server: str, command: Sequence[str]
) -> None:
    line = refusal(command, postgres._address(server, "nowhere"))
    assert line == 'PostgreSQL refuses: database "nowhere" does not exist'

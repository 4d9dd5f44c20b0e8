"""What runs beside a server that is being written to takes nothing from it: neither the command
line nor a program that knows only the database."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import which
from threading import Semaphore

import pytest

from dealwright import app
from dealwright.storage.engines.opening import sqlite_path
from tests import command_line
from tests.crash.process import ROOT, Deal, Process, Writer, serving
from tests.crash.test_kill import demand_counted, demand_kept, repeat_creation
from tests.making import make_person
from tests.needs import cannot_run
from tests.running import Portal

SECONDS = 60
AT_ONCE = 3
on_sqlite = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)

COMMANDS = (
    ("user", "list"),
    ("explain", "opportunity", "1", "ann@example.com"),
    ("check",),
    ("user", "add", "eve@example.com", "--first-name", "Eve", "--last-name", "Elder"),
    ("user", "password", "eve@example.com"),
    ("user", "token", "eve@example.com", "--title", "export"),
    ("user", "disable", "eve@example.com"),
    ("init",),
    ("check", "--mend"),
)
RATES = "Date, USD,\n28 November 2026, 1.1,\n"
BACKUP = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as source, sqlite3.connect(sys.argv[2]) as copy:
    source.backup(copy)
source.close(), copy.close()
"""


@pytest.fixture
def database(portal: Portal) -> Iterator[str]:
    address = portal.ground.databases.copy(portal.ground.template)
    yield address
    portal.ground.databases.drop(address)


class Writing:
    """Several who write until the server is gone."""

    def __init__(self, server: Process, pool: ThreadPoolExecutor) -> None:
        self._answers = Semaphore(0)
        contacts = [make_person(server, lastName=f"Member {number}") for number in range(3)]
        on_answer = self._answers.release
        self.writers = [Writer(server, contacts, on_answer) for _ in range(AT_ONCE)]
        self.running: list[Future[None]] = [pool.submit(each.write) for each in self.writers]

    def go_on(self, answers: int = 30) -> None:
        """Returns after so many writes were answered from now on."""
        while self._answers.acquire(blocking=False):
            pass
        for _ in range(answers):
            assert self._answers.acquire(timeout=SECONDS)

    @property
    def deals(self) -> list[Deal]:
        for each in self.running:
            each.result()
        return [deal for writer in self.writers for deal in writer.deals]


@contextmanager
def killed_in_the_end(portal: Portal, database: str) -> Iterator[tuple[Process, Writing]]:
    """A server that is written to and killed; what it answered must be there afterwards."""
    with serving(portal.ground, database) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            writing = Writing(server, pool)
            writing.go_on()
            yield server, writing
            writing.go_on()
        finally:
            server.kill()
        deals = writing.deals
    with serving(portal.ground, database) as server:
        for deal in deals:
            repeat_creation(server, deal)
        demand_kept(server, deals)
        demand_counted(server, deals)
        assert asyncio.run(app.check(server.settings, mend=False)) == []
    if not database.startswith("postgresql:"):
        demand_whole(sqlite_path(database))


def demand_whole(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]


def run(server: Process, *command: str) -> None:
    own = ["--database", server.database]
    if command[0] in ("check", "init"):
        own += ["--files", str(server.settings.files)]
    done = command_line.run(*command, *own)
    assert done.returncode == 0, done.stdout + done.stderr


def demand_done(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_beside_a_server_lose_nothing_that_it_answered(
    portal: Portal, database: str, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(RATES)
    with killed_in_the_end(portal, database) as (server, writing):
        for command in (*COMMANDS, ("rates", str(file))):
            run(server, *command)
            writing.go_on(5)


@on_sqlite
def test_a_backup_by_another_program_loses_nothing_that_the_server_answered(
    portal: Portal, database: str, tmp_path: Path
) -> None:
    """Neither Python's own, nor the documented one with the command line of SQLite."""
    shell = which("sqlite3")
    path, copies = str(sqlite_path(database)), [tmp_path / f"{name}.db" for name in "abc"]
    first, second, third = map(str, copies)
    by_python = [sys.executable, "-c", BACKUP, path]
    documented = [shell, path, f".backup {third}"] if shell else [*by_python, third]
    with killed_in_the_end(portal, database) as (_, writing):
        for command in ([*by_python, first], [*by_python, second], documented):
            demand_done(command)
            writing.go_on(5)
    for copy in copies:
        demand_whole(copy)
    if shell is None:
        cannot_run("The documented backup", enabled_by="apt-get install sqlite3")

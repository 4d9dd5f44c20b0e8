"""`python -m tests.crash.soak`: a server under mixed load for a long time, killed again and again.

Not part of the test run: it takes as long as it is told to. A few callers write and read over HTTP
and keep account of every write that was answered. At a fixed interval the server is killed with
SIGKILL and started again, and every answered write is looked for: rows in the SQLite file, contents
of files over HTTP. One line of JSON is printed for each life of the server; the exit code is 1 if
anything is missing.
"""

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, NamedTuple

GONE = (OSError, HTTPException)  # what a caller sees of a server that is killed
OWNER = {"userName": "soak@example.com", "password": "a password for soaking"}
CALLERS = 3
PAUSE = 0.35  # seconds, the mean of a caller between two requests
SECONDS_TO_START = 60
TICKS = 100  # of processor time in a second, on Linux


class Server:
    """The process, and a client for it."""

    def __init__(self, directory: Path, port: int) -> None:
        self.database = directory / "soak.db"
        self.port = port
        self.token = ""
        self.user = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Begins the process; gives the seconds until it is ready."""
        began = time.monotonic()
        flags = {
            "host": "127.0.0.1",
            "port": str(self.port),
            "database": str(self.database),
            "owner-email": OWNER["userName"],
            "owner-password": OWNER["password"],
        }
        texts = [text for name, value in flags.items() for text in (f"--{name}", value)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dealwright", "serve", *texts],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() - began > SECONDS_TO_START:
                raise SystemExit("The server does not start.")
            time.sleep(0.05)
        return time.monotonic() - began

    def _is_ready(self) -> bool:
        try:
            return self.send("GET", "/readyz")[0] == 200
        except GONE:
            return False

    def sign_in(self) -> None:
        self.token = self.call("POST", "authentication", OWNER)["token"]
        self.user = self.call("GET", "people/@self")["id"]

    def kill(self) -> None:
        """At once, in the middle of what it does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def send(self, method: str, address: str, inputs: object = None) -> tuple[int, bytes]:
        """Status and body of an answer."""
        body = None if inputs is None else json.dumps(inputs)
        headers = {"Authorization": self.token} if self.token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def call(self, method: str, path: str, inputs: object = None) -> Any:
        """The value of an answer of the API."""
        status, body = self.send(method, f"/api/2.0/{path}", inputs)
        if status not in (200, 201):
            raise SystemExit(f"{method} {path} was answered with {status}: {body[:500]!r}")
        return json.loads(body)["response"]

    def usage(self) -> tuple[float, float]:
        """MiB of the process's own memory, and the seconds of processor time it took."""
        assert self.process is not None
        proc = Path(f"/proc/{self.process.pid}")
        status = (proc / "status").read_text().splitlines()
        held = next(line for line in status if line.startswith("RssAnon"))
        taken = (proc / "stat").read_text().rpartition(")")[2].split()[11:13]
        return int(held.split()[1]) / 1024, sum(map(int, taken)) / TICKS


class Account:
    """What one caller was promised. `stages` holds the stages that an opportunity may be in: one
    after an answer, two while a move has none."""

    def __init__(self) -> None:
        self.titles: dict[int, str] = {}
        self.stages: dict[int, set[int]] = {}
        self.tasks: dict[int, str] = {}
        self.files: dict[int, str] = {}
        self.writes = 0
        self.reads = 0


class Caller(Thread):
    """Sends one request after the other, with pauses, while the server lives."""

    def __init__(self, server: Server, account: Account, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.server, self.account, self.chance = server, account, chance
        self.category = server.call("GET", "crm/task/category")[0]["id"]
        self.gone = Event()
        self.failed: str | None = None

    def run(self) -> None:
        steps = (self._create, self._move, self._read, self._list, self._task, self._attach)
        weights = (20, 25, 25, 15, 10, 5)
        while not self.gone.is_set():
            [step] = self.chance.choices(steps, weights)
            try:
                step()
            except GONE:
                return
            except SystemExit as wrong:
                self.failed = str(wrong)
                return
            self.gone.wait(self.chance.uniform(0, 2 * PAUSE))

    def _create(self) -> None:
        title = f"Deal {self.chance.randrange(10**9)}"
        made = self.server.call(
            "POST",
            "crm/opportunity",
            {
                "title": title,
                "description": "words " * self.chance.randrange(200),
                "stageid": 1,
                "responsibleid": self.server.user,
                "bidCurrencyAbbr": "EUR",
                "bidValue": self.chance.randrange(10**5),
            },
        )
        self.account.titles[made["id"]] = title
        self.account.stages[made["id"]] = {1}
        self.account.writes += 1

    def _move(self) -> None:
        if not self.account.titles:
            return
        found, stage = self._any(), self.chance.randrange(1, 5)
        self.account.stages[found].add(stage)
        self.server.call("PUT", f"crm/opportunity/{found}/stage/{stage}")
        self.account.stages[found] = {stage}
        self.account.writes += 1

    def _task(self) -> None:
        title = f"Call {self.chance.randrange(10**9)}"
        inputs = {"title": title, "deadline": "2030-01-01", "categoryid": self.category}
        made = self.server.call("POST", "crm/task", inputs)
        self.account.tasks[made["id"]] = title
        self.account.writes += 1

    def _attach(self) -> None:
        if not self.account.titles:
            return
        text = f"{self.chance.randrange(10**9)} " * 500
        path = f"crm/opportunity/{self._any()}/files/text"
        made = self.server.call("POST", path, {"title": "notes.txt", "content": text})
        self.account.files[made["id"]] = text
        self.account.writes += 1

    def _read(self) -> None:
        if self.account.titles:
            found = self._any()
            shown = self.server.call("GET", f"crm/opportunity/{found}")
            if shown["title"] != self.account.titles[found]:
                raise SystemExit(f"Opportunity {found} is shown as {shown['title']}.")
            self.account.reads += 1

    def _list(self) -> None:
        paths = (
            "crm/opportunity/filter?count=25&sortBy=created&sortOrder=descending",
            "crm/opportunity/filter?filterValue=words&count=25",
            "crm/task/filter?count=25",
        )
        self.server.call("GET", self.chance.choice(paths))
        self.account.reads += 1

    def _any(self) -> int:
        return self.chance.choice(list(self.account.titles))


class Lost(NamedTuple):
    """How many of the answered writes are not there."""

    opportunities: int
    stages: int
    tasks: int
    files: int


def lost(server: Server, accounts: list[Account]) -> Lost:
    """Compares the accounts with the database, and contents of files with what is served."""
    address = f"file:{server.database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        deals = {row[0]: row[1:] for row in connection.execute(_DEALS)}
        tasks = dict(connection.execute("SELECT id, title FROM task"))
    missing, misplaced = 0, 0
    for account in accounts:
        for found, title in account.titles.items():
            kept = deals.get(found)
            missing += kept is None or kept[0] != title
            misplaced += kept is None or kept[1] not in account.stages[found]
            if kept is not None:
                account.stages[found] = {kept[1]}
    return Lost(
        missing,
        misplaced,
        sum(tasks.get(n) != title for each in accounts for n, title in each.tasks.items()),
        sum(not _is_served(server, n, text) for each in accounts for n, text in each.files.items()),
    )


_DEALS = "SELECT id, title, stage_id FROM opportunity"
_FILE = "/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid="


def _is_served(server: Server, number: int, text: str) -> bool:
    return server.send("GET", f"{_FILE}{number}") == (200, text.encode())


def live(server: Server, accounts: list[Account], seconds: float) -> tuple[float, float]:
    """One life of the server under load, until it is killed; gives its MiB of memory and its
    seconds of processor time just before."""
    chances = [random.Random() for _ in accounts]
    callers = [Caller(server, *each) for each in zip(accounts, chances, strict=True)]
    for caller in callers:
        caller.start()
    time.sleep(seconds)
    usage = server.usage()
    server.kill()
    for caller in callers:
        caller.gone.set()
        caller.join()
    if failed := [caller.failed for caller in callers if caller.failed]:
        raise SystemExit("\n".join(failed))
    return usage


@contextmanager
def started(directory: Path, port: int) -> Iterator[Server]:
    server = Server(directory, port)
    try:
        server.start()
        server.sign_in()
        yield server
    finally:
        server.kill()


def soak(directory: Path, port: int, minutes: float, every: float) -> bool:
    """Whether everything that was answered is there after each kill."""
    accounts = [Account() for _ in range(CALLERS)]
    is_whole = True
    began = time.monotonic()
    with started(directory, port) as server:
        for life in range(1, round(minutes / every) + 1):
            seconds = began + life * every * 60 - time.monotonic()
            memory, cpu = live(server, accounts, seconds)
            wait = server.start()
            gone = lost(server, accounts)
            is_whole &= not any(gone)
            facts = {
                "life": life,
                "minute": round((time.monotonic() - began) / 60, 1),
                "writes": sum(account.writes for account in accounts),
                "reads": sum(account.reads for account in accounts),
                "lost": gone._asdict(),
                "memory_mib": round(memory, 1),
                "core": round(cpu / seconds, 2),
                "start_seconds": round(wait, 1),
            }
            sys.stdout.write(f"{json.dumps(facts)}\n")
            sys.stdout.flush()
    return is_whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=2, help="minutes between two kills")
    parser.add_argument("--port", type=int, default=8190)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="dealwright-soak-") as directory:
        return 0 if soak(Path(directory), asked.port, asked.minutes, asked.every) else 1


if __name__ == "__main__":
    sys.exit(main())

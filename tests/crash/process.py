"""A server as a process of its own, which can be killed, and people who write to it meanwhile."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from dealwright.settings import read
from tests.running import Answer, Ground, Portal

ROOT = Path(__file__).parents[2]
WRITERS = 8
GONE = (OSError, HTTPException)  # what a client sees of a server that is killed


def launched(ground: Ground, database: str) -> "subprocess.Popen[str]":
    """A server that has been begun and has said nothing yet."""
    flags = [
        text for name, value in _flags(ground, database).items() for text in (f"--{name}", value)
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "dealwright", "serve", *flags],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _flags(ground: Ground, database: str) -> dict[str, str]:
    files = str(ground.files_of(database))
    return {"host": "127.0.0.1", "port": "0", "database": database, "files": files}


class Process(Portal):
    """A server on a database that others made; it is spoken to like a portal."""

    def __init__(self, ground: Ground, database: str) -> None:
        self.ground, self.database = ground, database
        self.settings = read(_flags(ground, database), {})
        self.process = launched(ground, database)
        self.port = self._port()

    def _port(self) -> int:
        assert self.process.stdout is not None
        payload = ""
        for line in self.process.stdout:
            payload += line
            if line.startswith("Ctrl-C"):
                break
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)", payload)
        assert found, payload
        return int(found[1])

    def kill(self) -> None:
        """At once, without a chance to finish anything."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def serving(ground: Ground, database: str) -> Iterator[Process]:
    process = Process(ground, database)
    try:
        yield process
    finally:
        process.kill()


class Deal:
    """One opportunity as its only writer knows it: what was answered, and what was sent last and
    may have come to be."""

    def __init__(self, key: str, creation: dict[str, Any], *, is_repeatable: bool) -> None:
        self.key = key
        self.creation = creation
        self.headers = {"Idempotency-Key": key} if is_repeatable else {}
        self.id = 0
        self.state: dict[str, Any] | None = None
        self.maybe: dict[str, Any] | None = None
        self.writes = 0  # that were answered

    @property
    def possible(self) -> tuple[dict[str, Any] | None, ...]:
        return (self.state,) if self.maybe is None else (self.state, self.maybe)


IN_THE_TRASH: dict[str, Any] = {"in": "the trash"}


class Writer:
    """Makes opportunities, changes, moves, shares and deletes them, and keeps book."""

    def __init__(self, server: Portal, contacts: list[int], on_answer: Callable[[], None]) -> None:
        self.server = server
        self.on_answer = on_answer
        self.deals: list[Deal] = []
        self._contacts = contacts
        self._wishes = {
            "responsibleid": server.id_of("ann"),
            "bidCurrencyAbbr": "EUR",
            "stageid": 1,
            "members": contacts,
        }

    def write(self) -> None:
        """Until the server no longer answers."""
        for number in count():
            try:
                self._live(number)
            except GONE:
                return

    def _live(self, number: int) -> None:
        key = uuid4().hex
        sent = {
            **self._wishes,
            "title": f"Deal {number}",
            "description": "words " * (number % 3 * 60),
            "externalId": key,
            "isPrivate": number % 3 == 0,
        }
        deal = Deal(key, sent, is_repeatable=number % 2 == 0)
        self.deals.append(deal)
        shown = self._step(deal, known(sent), "POST", "crm/opportunity", sent, deal.headers)
        deal.id = shown["id"]
        path = f"crm/opportunity/{deal.id}"
        changed = {**sent, "title": f"{sent['title']} again", "members": self._contacts[:1]}
        self._step(deal, known(changed), "PUT", path, changed)
        moved = known({**changed, "stageid": number % 4 + 2})
        self._step(deal, moved, "PUT", f"{path}/stage/{number % 4 + 2}")
        shared = {**moved, "isPrivate": number % 2 == 0}
        access = {"isPrivate": number % 2 == 0}
        self._step(deal, shared, "PUT", f"{path}/access", access)
        if number % 4 == 0:
            self._step(deal, IN_THE_TRASH, "DELETE", path)

    def _step(
        self,
        deal: Deal,
        after: dict[str, Any],
        method: str,
        path: str,
        sent: object = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        deal.maybe = after
        answer = self.server.call(method, path, json=sent, headers=headers)
        assert answer.status in (200, 201), answer.text
        deal.state, deal.maybe = after, None
        deal.writes += 1
        self.on_answer()
        return answer.response


def known(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: sent[name] for name in ("title", "isPrivate", "stageid")},
        "members": sorted(sent["members"]),
    }


def seen(answer: Answer) -> dict[str, Any]:
    """The same of an opportunity as it is shown."""
    if answer.status == 404:
        return IN_THE_TRASH
    shown = answer.response
    return {
        "title": shown["title"],
        "isPrivate": shown["isPrivate"],
        "stageid": shown["stage"]["id"],
        "members": sorted(each["id"] for each in shown["members"]),
    }


def kill_while_writing(server: Process, contacts: list[int], *, answered: int) -> list[Deal]:
    """Several write at once, and when so many writes were answered the server is killed in the
    middle of the others."""
    answers = count(1)

    def on_answer() -> None:
        if next(answers) == answered:
            server.process.kill()

    writers = [Writer(server, contacts, on_answer) for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        for each in [pool.submit(writer.write) for writer in writers]:
            each.result()
    server.kill()
    return [deal for writer in writers for deal in writer.deals]

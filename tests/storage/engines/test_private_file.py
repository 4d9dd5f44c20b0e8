"""Once the file of a database is there, nothing opens it but SQLite."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from dealwright import app
from dealwright.people.reads import directory
from dealwright.settings import read
from dealwright.storage.engines.private_file import make_private

NAME = "only-sqlite-opens-this.db"
_opened: list[int] = []  # flags by which Python itself opened it; SQLite is not heard here


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith(NAME):
        _opened.append(arguments[2])


def opened() -> list[int]:
    """What must make the file (`O_EXCL`) does not open one that is there."""
    return [flags for flags in _opened if not flags & os.O_EXCL]


def test_no_command_and_no_server_opens_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / NAME
    settings = read({"database": str(path)}, {})
    sys.addaudithook(_hear)  # stays for the life of the process, and is cheap
    path.touch()
    assert opened() != []  # else this test hears nothing
    path.unlink()
    _opened.clear()

    async def live() -> None:
        await app.prepare(settings)
        async with app.running(settings):
            await app.prepare(settings)
            assert await app.check(settings, mend=True) == []
            await app.offline(settings, directory)

    asyncio.run(live())
    assert path.stat().st_size > 0
    assert opened() == []
    _opened.clear()


def test_a_new_file_behind_a_link_is_for_its_owner_alone(tmp_path: Path) -> None:
    place, link = tmp_path / "disk" / "crm.db", tmp_path / "crm.db"
    link.symlink_to(place)
    make_private(link)
    assert oct(place.stat().st_mode & 0o777) == "0o600"
    make_private(link)

"""Opening the file of a SQLite database, and saying what is wrong with a file that is none.

Never makes a file. Looks at the file only through SQLite: see `private_file`.
"""

import sqlite3
from pathlib import Path
from typing import Any

from dealwright.storage.engines.engine import NoPortal, Unavailable

SECONDS_TO_WAIT = 10.0  # for the locks of others


def opened(path: Path, **options: Any) -> sqlite3.Connection:
    """A connection that is its own master of transactions. Raises `sqlite3.Error`, for a file that
    is not there too."""
    # Without `mode` SQLite would make a file that is not there.
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection: sqlite3.Connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=SECONDS_TO_WAIT, **options
    )
    return connection


def unavailable(path: Path, failure: sqlite3.Error | OSError) -> Unavailable:
    """What keeps the file from being used, in one line."""
    if isinstance(failure, OSError):
        return Unavailable((failure.strerror or str(failure)).lower())
    if not path.exists():
        return NoPortal("no such file")
    if not path.is_file():
        return Unavailable("not a file")
    return Unavailable(reason(failure))


def reason(failure: sqlite3.Error) -> str:
    match getattr(failure, "sqlite_errorname", None):
        case "SQLITE_NOTADB":
            return "not a SQLite database"
        case str(name) if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return f"locked by another program for more than {SECONDS_TO_WAIT:.0f} seconds"
    return str(failure)

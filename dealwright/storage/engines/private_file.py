"""Makes the file of a SQLite database. It holds secrets, so only the server's user may read it.

POSIX ends every lock that a process has on a file when the process closes any descriptor of it.
SQLite keeps its locks that way, so only SQLite may open and close a file that is in use: without
its locks, another process takes the write-ahead log for left over and cuts it off.
"""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """Makes an empty file if there is none, with its directories. Does not open an existing file.
    Raises `OSError`."""
    path = path.resolve()  # a link may lead to the place of a new file
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        new = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        return
    os.close(new)  # this process cannot have locks on a new file

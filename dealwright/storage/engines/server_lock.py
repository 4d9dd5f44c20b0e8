"""One server for one SQLite file: a second one would not hear of what the first changes, and
believe what it remembers.

The lock is on a file of its own beside the database: closing a descriptor of the database itself
would end the locks of SQLite, see `private_file`. It ends with the process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dealwright.storage.engines.engine import Unavailable

SUFFIX = "-server"


@contextmanager
def only_server(database: Path) -> Iterator[None]:
    """Holds the place of the one server. Raises `Unavailable` while another process has it."""
    path = database.resolve()  # by whatever links it is reached
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(path.with_name(path.name + SUFFIX), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as failure:
        raise Unavailable((failure.strerror or str(failure)).lower()) from failure
    try:
        _lock(held)
        yield
    finally:
        os.close(held)


def _lock(held: int) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable("another server serves it; several need PostgreSQL") from None
    except OSError as failure:
        raise Unavailable(f"cannot be locked: {failure.strerror}") from failure

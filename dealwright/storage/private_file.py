"""Makes the file of a SQLite database: it holds secrets, so nobody else on the machine reads it."""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """An empty file if there is none, with its directories. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

"""The process of the server: how long until it answers, how much memory it keeps."""

import time
from pathlib import Path
from typing import NamedTuple

from bench.databases import Database
from bench.servers import Server, cpu_of, running


class Start(NamedTuple):
    """Seconds until the first answer, and the processor seconds spent until then."""

    wait: float
    cpu: float


def start(database: Database) -> Start:
    address = database.restore("product")
    began = time.monotonic()
    with running("product", address) as server:
        return Start(time.monotonic() - began, cpu_of(server.process))


def memory(server: Server) -> float:
    """MiB of the process's own memory, without mapped files."""
    lines = Path(f"/proc/{server.process}/status").read_text().splitlines()
    held = next(line for line in lines if line.startswith("RssAnon"))
    return int(held.split()[1]) / 1024

"""Starts the floor or the product on core 0 and loads it from core 1.

This process must be on core 1 already (`stay_aside`): wrk and the wheel's PostgreSQL inherit it."""

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.requests import HOST, Asked, raw

PORTS = {"floor": 8765, "product": 8766, "ordinary": 8767}  # of one length: answers name it
SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 16
WARM_UP = 1.0
REPLAY = Path(__file__).with_name("replay.lua")
SECONDS_TO_START = 120


class Missing(Exception):
    """Something that this machine lacks, and how to get it."""


class Figures(NamedTuple):
    """Of one load: requests a second, milliseconds, microseconds of the server's CPU a request."""

    rate: float
    p50: float
    p99: float
    cpu: float


class Replayed(msgspec.Struct):
    """What replay.lua prints."""

    requests: int
    microseconds: int
    p50: int
    p99: int
    wrong: int


class Server(NamedTuple):
    name: str  # of PORTS
    process: int

    @property
    def port(self) -> int:
        return PORTS[self.name]

    def load(self, asked: Sequence[Asked], token: str, seconds: float) -> Figures:
        """Raises RuntimeError when an answer is no success."""
        requests = [raw(*self.way(each), port=self.port, token=self.shown(token)) for each in asked]
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"\0".join(requests))
            file.flush()
            self._replay(file.name, WARM_UP)
            before = cpu_of(self.process)
            replayed = self._replay(file.name, seconds)
        if not replayed.requests:
            raise RuntimeError(f"{self.name} answered nothing in {seconds:g} s")
        spent = (cpu_of(self.process) - before) / replayed.requests
        rate = replayed.requests / replayed.microseconds * 1e6
        return Figures(rate, replayed.p50 / 1000, replayed.p99 / 1000, spent * 1e6)

    def answer(self, asked: Asked, token: str) -> bytes:
        """The body, without the port in its addresses. Raises RuntimeError if it is no success."""
        path, body = self.way(asked)
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        headers = {"Authorization": token, "Content-Type": "application/json"}
        connection.request("POST" if body else "GET", path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{self.name} {path}: {answer.status} {content.decode()}")
        return content.replace(b":%d/" % self.port, b":0/")

    def way(self, asked: Asked) -> tuple[str, bytes]:
        return (asked.floor if self.name == "floor" else asked.product), asked.body

    def shown(self, token: str) -> str:
        return "" if self.name == "floor" else token

    def _replay(self, requests: str, seconds: float) -> "Replayed":
        return _replay(self.port, requests, seconds)


def stay_aside() -> None:
    """Puts this process, and all it starts but the servers, on its core. Raises Missing."""
    for program, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(program) is None:
            raise Missing(f"{program} is missing: apt-get install {package}")
    if (os.cpu_count() or 1) < 2:
        raise Missing("two cores are needed: one for the server, one for the load")
    os.sched_setaffinity(0, {LOAD_CORE})


@contextlib.contextmanager
def running(name: str, database: str) -> Iterator[Server]:
    """A server of its own on the database, ended at the end."""
    port = PORTS[name]
    command = {
        "floor": ["bench.floor", database, str(port)],
        "product": ["dealwright", "serve", "--port", str(port), "--database", database],
        "ordinary": ["bench.ordinary", database, str(port)],
    }[name]
    if _answers(port):
        raise RuntimeError(f"port {port} is taken by another server")
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(SERVER_CORE), sys.executable, "-m", *command],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port)
        yield Server(name, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _answers(port: int) -> bool:
    """Whether a request is answered, in whatever way: a listening socket takes connections long
    before its server is ready."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS_TO_START)
    try:
        connection.request("GET", "/one?1")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def _replay(port: int, requests: str, seconds: float) -> Replayed:
    command = [
        "wrk",
        "-t",
        "1",
        "-c",
        str(CONNECTIONS),
        "-d",
        f"{seconds:.0f}s",
        "--timeout",
        "10s",
    ]
    ran = subprocess.run(
        [*command, "-s", str(REPLAY), f"http://{HOST}:{port}", "--", requests],
        capture_output=True,
        check=True,
    )
    replayed = msgspec.json.decode(ran.stdout.strip().splitlines()[-1], type=Replayed)
    if replayed.wrong:
        raise RuntimeError(f"{replayed.wrong} of {replayed.requests} requests failed")
    return replayed


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used, in its own code and in the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

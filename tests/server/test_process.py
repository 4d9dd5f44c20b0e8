"""`dealwright serve` as processes: few descriptors, several workers, the log of requests."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.running import Portal
from tests.server.talking import SECONDS

ROOT = Path(__file__).parents[2]
READY = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
FEW = 80  # descriptors
UPLOAD = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nabc\r\n--x--\r\n"


class Running(NamedTuple):
    process: "subprocess.Popen[str]"
    port: int

    def get(self, path: str, **headers: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def log(self) -> list[dict[str, Any]]:
        """All lines, once the process has been told to end."""
        self.process.send_signal(signal.SIGTERM)
        _, answer = self.process.communicate(timeout=SECONDS)
        return [json.loads(line) for line in answer.splitlines()]


@contextmanager
def running(portal: Portal, *flags: str, descriptors: int = 0) -> Iterator[Running]:
    """A process on a copy of the portal's database."""

    def limit() -> None:
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    ground = portal.ground
    database = ground.databases.copy(ground.template)
    own = ("--database", database, "--files", str(ground.files_of(database)), "--port", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", "dealwright", "serve", *own, *flags],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )
    try:
        yield Running(process, _port(process))
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)
        ground.databases.drop(database)


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("Ctrl-C"):
            break
    found = re.search(r"http://127\.0\.0\.1:([0-9]+)", text)
    assert found, text
    return int(found[1])


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_connections_leave_descriptors_for_files(portal: Portal):
    """At the limit the newest connection gets 503; the others can do all that needs files."""
    token = portal.ground.tokens["ann"]
    with running(portal, descriptors=FEW) as server, ExitStack() as open_ones:
        answers = []
        for _ in range(FEW * 2):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)
            open_ones.callback(connection.close)
            answers.append(_asked(connection))
        assert answers[0] == b"200"
        assert set(answers) <= {b"200", b"503", b""}
        assert b"503" in answers
        kept = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        open_ones.close()
        while server.get("/readyz") != 200:
            pass
        sent = {"Authorization": token, "Content-Type": "multipart/form-data; boundary=x"}
        kept.request("POST", "/api/2.0/crm/contact/1/files", UPLOAD, sent)
        assert kept.getresponse().status < 500
        kept.close()
        assert [each["event"] for each in server.log()] == ["too many connections"]


def _asked(connection: socket.socket) -> bytes:
    try:
        connection.sendall(READY)
        return connection.recv(1000)[9:12]
    except ConnectionError:
        return b""


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_each_request_is_a_line_of_the_log_on_request(portal: Portal):
    token = portal.ground.tokens["ann"]
    secret = "s" * 43
    with running(portal, "--access-log") as server:
        server.get("/api/2.0/people/@self?x=1", Authorization=token, **{"X-Request-Id": "mine"})
        server.get(f"/calendar/{secret}.ics")
        with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
            connection.sendall(b"\0\r\n")
            connection.recv(1000)
        lines = server.log()
    [first, second, third] = lines
    assert {**first, "ms": 0, "timestamp": ""} == {
        "event": "request",
        "level": "info",
        "timestamp": "",
        "request": "mine",
        "method": "GET",
        "path": "/api/2.0/people/@self",
        "status": 200,
        "ms": 0,
    }
    assert (second["path"], second["status"]) == ("/calendar/…", 404)
    assert (third["event"], third["status"]) == ("request refused", 400)
    assert token not in str(lines)
    assert secret not in str(lines)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_requests_are_not_logged_otherwise(portal: Portal):
    with running(portal) as server:
        assert server.get("/readyz") == 200
        assert server.log() == []


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_a_log_that_cannot_be_written_fails_no_request(portal: Portal):
    with running(portal, "--access-log") as server:
        assert server.process.stderr is not None
        server.process.stderr.close()
        for _ in range(3):
            assert server.get("/readyz") == 200
        assert server.get("/api/2.0/people/@self", Authorization="wrong") == 401


@pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
def test_several_processes_serve_one_portal_and_one_that_dies_is_replaced(portal: Portal):
    with running(portal, "--workers", "2") as server:
        assert server.get("/readyz") == 200
        before = _children(server.process.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        while len(after := _children(server.process.pid)) < 2 or before[0] in after:
            pass
        assert server.get("/readyz") == 200
        lines = server.log()
        assert [each["event"] for each in lines] == ["a server process has ended"]
        assert server.process.returncode == 0
        assert not [each for each in after if Path(f"/proc/{each}").exists()]


@pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
def test_processes_end_when_the_one_that_started_them_is_killed(portal: Portal):
    with running(portal, "--workers", "2") as server:
        assert server.get("/readyz") == 200
        children = _children(server.process.pid)
        server.process.kill()
        server.process.wait()
        while any(_is_alive(each) for each in children):
            pass


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _children(process: int) -> list[int]:
    """The server processes: the resource tracker of the standard library is none."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(each) for each in listed if b"spawn_main" in _command(each)]


def _command(process: str) -> bytes:
    """Empty when the process has ended since it was listed."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""

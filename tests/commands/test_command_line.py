"""`dealwright` as a process: serving from nothing, stopping, refusing, and looking after people."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.command_line import run

ROOT = Path(__file__).parents[2]
CLEAN = {name: text for name, text in os.environ.items() if not name.startswith("DEALWRIGHT_")}
SECONDS = 60


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dealwright", *arguments]


def in_a_process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        program(*arguments),
        cwd=ROOT,
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


class Serving:
    """A server process and what it has printed up to its invitation to try it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        self.lines: list[str] = []
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                break
        self.text = "\n".join(self.lines)
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)", self.text)
        assert found, self.text
        self.port = int(found[1])

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(database: Path, *flags: str) -> Iterator[Serving]:
    arguments = program("serve", "--port", "0", "--database", str(database), *flags)
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Serving(process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=SECONDS)
        finally:
            process.kill()


def test_a_first_start_needs_nothing_and_shows_how_to_sign_in(tmp_path: Path):
    with serving(tmp_path / "new" / "crm.db") as server:
        assert server.get("/healthz")[0] == server.get("/readyz")[0] == 200
        assert "owner@localhost" in server.text
        [call] = [line for line in server.lines if "curl" in line]
        _, _, _, user, address = shlex.split(call)
        assert user.removeprefix("owner@localhost:") in server.text
        path = address.removeprefix(f"http://127.0.0.1:{server.port}")
        status, body = server.get(path, Authorization=f"Basic {b64encode(user.encode()).decode()}")
        assert (status, json.loads(body)["response"]) == (200, [])


def test_a_later_start_knows_its_owner_and_shows_no_password(tmp_path: Path):
    with serving(tmp_path / "crm.db", "--owner-email", "ann@example.com"):
        pass
    with serving(tmp_path / "crm.db", "--language", "ru", "--owner-email", "bob@x.org") as server:
        assert "Sign in as ann@example.com" in server.text
        assert "password  " not in server.text
        assert "--language has no effect" in server.text
        assert "--owner-email has no effect" in server.text


def test_a_password_that_was_given_is_not_printed(tmp_path: Path):
    secret = "a given long password"
    with serving(tmp_path / "crm.db", "--owner-password", secret) as server:
        assert secret not in server.text
        pair = b64encode(f"owner@localhost:{secret}".encode()).decode()
        assert server.get("/api/2.0/people/@self.json", Authorization=f"Basic {pair}")[0] == 200


def test_a_signal_to_stop_lets_a_running_request_finish(tmp_path: Path):
    body = b'{"userName": "nobody@example.com", "password": "wrong"}'
    head = (
        "POST /api/2.0/authentication.json HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(tmp_path / "crm.db") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
            connection.sendall(head.encode() + body[:10])
            assert server.get("/healthz")[0] == 200  # by now the other request has been begun
            server.process.send_signal(signal.SIGTERM)
            wait_until_closed(server.port)
            connection.sendall(body[10:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 401")
        assert server.process.wait(timeout=SECONDS) == 0


def wait_until_closed(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        except OSError:
            return


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["serve", "--port", "eighty"], "--port: expected a whole number from 0 to 65535"),
        (["serve", "--prot", "80"], "No such option: --prot"),
        (["serve", "--workers", "2"], "--workers: more than 1 needs --database postgresql"),
        (["serve", "--database", "mysql://x/y"], "--database: expected a path, sqlite:///path or"),
        (
            ["serve", "--port", "0", "--database", "/dev/null/crm.db"],
            "--database /dev/null/crm.db: ",
        ),
        (
            ["serve", "--port", "0", "--database", "postgresql://127.0.0.1:1/x"],
            "--database postgresql://",
        ),
        (["serve", "--host", "203.0.113.1"], "--host, --port: cannot listen on 203.0.113.1:8080: "),
        (["sevre"], "No such command 'sevre'."),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_code_2(arguments: Sequence[str], line: str):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(f"dealwright: {line}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_unusable_files_directory_is_reported_before_serving(tmp_path: Path):
    where = ("--database", str(tmp_path / "crm.db"), "--files", "/dev/null/files")
    done = run("serve", "--port", "0", *where)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dealwright: --files: /dev/null/files: file exists\n"


def test_wrong_variable_is_reported_like_a_wrong_flag():
    done = run("serve", DEALWRIGHT_BODY_LIMIT="much")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("dealwright: DEALWRIGHT_BODY_LIMIT: expected a size")


def test_port_in_use_is_reported_before_the_database_is_touched(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, "--database", str(tmp_path / "crm.db"))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["", "serve", "init", "explain", "check", "user"])
def test_help_teaches(command: str):
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 8
    assert command in ("", "user", "check") or "Example" in done.stdout


def test_every_role_that_can_be_given_is_named():
    from dealwright.access import Role
    from dealwright.commands.users import ROLES

    assert set(re.findall(r"\w+", ROLES)) - {"or"} == set(Role) - {Role.OWNER}


def test_every_setting_is_explained_with_its_variable():
    from dealwright.settings import DECLARED, flag, variable

    text = " ".join(run("serve", "--help").stdout.split())
    assert [name for name in DECLARED if flag(name) not in text] == []
    assert [name for name in DECLARED if f"Variable: {variable(name)}." not in text] == []


def test_people_are_looked_after_from_the_command_line(tmp_path: Path):
    where = ("--database", str(tmp_path / "crm.db"))
    assert run("init", *where, "--owner-email", "root@example.com").returncode == 0
    name = ("--first-name", "Ann", "--last-name", "Archer")
    added = run("user", "add", "ann@example.com", *name, "--role", "admin", *where)
    assert added.stdout.startswith(
        "ann@example.com was added as admin.\nPassword, shown only now: "
    )
    secret = "another long password"
    changed = run("user", "password", "ann@example.com", "--password-stdin", *where, told=secret)
    assert (changed.returncode, secret in changed.stdout) == (0, False)
    token = run("user", "token", "ann@example.com", "--title", "export", *where).stdout.strip()
    with serving(tmp_path / "crm.db") as server:
        assert server.get("/api/2.0/people/@self.json", Authorization=token)[0] == 200
        pair = b64encode(f"ann@example.com:{secret}".encode()).decode()
        assert server.get("/api/2.0/people/@self.json", Authorization=f"Basic {pair}")[0] == 200
    assert run("user", "disable", "ann@example.com", *where).returncode == 0
    listed = run("user", "list", *where).stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["ann@example.com", "admin", "disabled"],
        ["root@example.com", "owner", "active"],
    ]
    with serving(tmp_path / "crm.db") as server:
        assert server.get("/api/2.0/people/@self.json", Authorization=token)[0] == 401


def test_accounts_are_changed_from_the_command_line(tmp_path: Path):
    where = ("--database", str(tmp_path / "crm.db"))
    assert run("init", *where).returncode == 0
    secret = "another long password"
    name = ("--first-name", "Ann", "--last-name", "Archer", "--password-stdin")
    assert run("user", "add", "ann@example.com", *name, *where, told=secret).returncode == 0

    def listed() -> list[str]:
        lines = run("user", "list", *where).stdout.splitlines()
        return [" ".join(line.split()) for line in lines if not line.startswith("owner@")]

    assert run("user", "role", "ann@example.com", "crm_admin", *where).returncode == 0
    assert listed() == ["ann@example.com crm_admin active Ann Archer"]
    new = ("--last-name", "Baker", "--new-email", "ann.baker@example.com")
    assert run("user", "rename", "ann@example.com", *new, *where).returncode == 0
    assert listed() == ["ann.baker@example.com crm_admin active Ann Baker"]
    refused = run("user", "delete", "ann.baker@example.com", *where)
    assert (refused.returncode, "disable them first" in refused.stderr) == (1, True)
    assert run("user", "disable", "ann.baker@example.com", *where).returncode == 0
    assert run("user", "enable", "ann.baker@example.com", *where).returncode == 0
    assert listed() == ["ann.baker@example.com crm_admin active Ann Baker"]
    pair = b64encode(f"ann.baker@example.com:{secret}".encode()).decode()
    with serving(tmp_path / "crm.db") as server:
        assert server.get("/api/2.0/people/@self.json", Authorization=f"Basic {pair}")[0] == 200
    assert run("user", "disable", "ann.baker@example.com", *where).returncode == 0
    assert run("user", "delete", "ann.baker@example.com", *where).returncode == 0
    assert listed() == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["role", "owner@localhost", "user"], "The owner of the portal keeps that role"),
        (["role", "owner@localhost", "king"], "must be one of: admin, crm_admin, user, guest"),
        (["rename", "owner@localhost"], "give --first-name, --last-name or --new-email"),
        (["rename", "owner@localhost", "--new-email", "nonsense"], "must be an e-mail address"),
        (["enable", "nobody@example.com"], "There is no user nobody@example.com"),
    ],
)
def test_refused_change_of_an_account_is_one_line(
    tmp_path: Path, arguments: Sequence[str], line: str
):
    where = ("--database", str(tmp_path / "crm.db"))
    run("init", *where)
    done = run("user", *arguments, *where)
    assert done.returncode in (1, 2)
    assert (done.stderr.count("\n"), done.stdout) == (1, "")
    assert line in done.stderr


def test_version_is_printed():
    from dealwright.settings import VERSION

    for done in (run("--version"), in_a_process("--version")):
        assert (done.returncode, done.stdout) == (0, f"dealwright {VERSION}\n")


def test_what_is_refused_is_one_line_and_exit_code_1(tmp_path: Path):
    where = ("--database", str(tmp_path / "crm.db"))
    run("init", *where)
    command = ("user", "disable", "nobody@example.com", *where)
    for done in (run(*command), in_a_process(*command)):
        assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")


def test_a_sound_database_has_nothing_to_complain_of(tmp_path: Path):
    where = ("--database", str(tmp_path / "crm.db"))
    run("init", *where)
    done = run("check", *where)
    assert (done.returncode, done.stdout) == (0, "Nothing wrong was found.\n")

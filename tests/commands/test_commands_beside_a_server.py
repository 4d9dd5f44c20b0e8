"""What the command line changes beside a running server counts in it at once."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from dealwright.storage.engines.opening import sqlite_path
from tests import command_line
from tests.crash.process import Process, serving
from tests.running import PASSWORD, Answer, Portal

NEW = "another password for tests"


@pytest.fixture
def server(portal: Portal) -> Iterator[Process]:
    database = portal.ground.databases.copy(portal.ground.template)
    with serving(portal.ground, database) as process:
        yield process
    portal.ground.databases.drop(database)


def run(server: Process, *command: str, told: str = "") -> str:
    done = command_line.run(*command, "--database", server.database, told=told)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def sign_in(server: Process, email: str, password: str) -> Answer:
    payload = {"userName": email, "password": password}
    return server.call("POST", "authentication", json=payload, as_=None)


def status_of(server: Process, authorization: str) -> int:
    headers = {"Authorization": authorization}
    return server.call("GET", "people/@self", as_=None, headers=headers).status


def refuses(server: Process, authorization: str) -> bool:
    """Whether a credential is refused. PostgreSQL notifies the server in a moment, beside the
    requests: the first ones after a command may still be faster."""
    for _ in range(1 if server.settings.is_sqlite else 100):
        if status_of(server, authorization) == 401:
            return True
    return False


def basic(email: str, password: str) -> str:
    return "Basic " + b64encode(f"{email}:{password}".encode()).decode()


def test_a_new_password_is_the_only_one_at_once(server: Process) -> None:
    email = "ann@example.com"
    session = sign_in(server, email, PASSWORD).response["token"]
    assert status_of(server, session) == status_of(server, basic(email, PASSWORD)) == 200
    run(server, "user", "password", email, "--password-stdin", told=NEW)
    assert refuses(server, session)
    assert refuses(server, basic(email, PASSWORD))
    assert sign_in(server, email, PASSWORD).status == 401
    assert status_of(server, basic(email, NEW)) == 200
    assert sign_in(server, email, NEW).status == 201


def test_a_new_user_can_sign_in_and_is_listed_at_once(server: Process) -> None:
    email = "eve@example.com"
    assert sign_in(server, email, NEW).status == 401
    before = server.call("GET", "people").response
    name = ("--first-name", "Eve", "--last-name", "Elder", "--password-stdin")
    run(server, "user", "add", email, *name, told=NEW)
    session = sign_in(server, email, NEW)
    assert session.status == 201
    shown = server.call("GET", "people").response
    assert len(shown) == len(before) + 1
    deal = {"title": "A deal", "stageid": 1, "bidCurrencyAbbr": "EUR"}
    theirs = {"responsibleid": next(each["id"] for each in shown if each["email"] == email)}
    assert server.call("POST", "crm/opportunity", json={**deal, **theirs}).status == 201


def test_a_disabled_user_is_out_at_once(server: Process) -> None:
    email = "bob@example.com"
    session = sign_in(server, email, PASSWORD).response["token"]
    token = run(server, "user", "token", email, "--title", "export")
    shown = [session, token, basic(email, PASSWORD)]
    assert [status_of(server, each) for each in shown] == [200, 200, 200]
    run(server, "user", "disable", email)
    assert [status_of(server, each) for each in shown] == [401, 401, 401]
    assert sign_in(server, email, PASSWORD).status == 401


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_a_second_server_on_a_sqlite_file_is_refused_in_one_line(
    server: Process, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(sqlite_path(server.database))
    for path in (sqlite_path(server.database), link):
        done = command_line.run("serve", "--port", "0", "--database", str(path))
        refused = f"--database {path}: another server serves it; several need PostgreSQL"
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"dealwright: {refused}\n"
    server.kill()
    with serving(server.ground, server.database) as following:
        assert following.call("GET", "crm/opportunity/filter").status == 200


def test_loaded_rates_count_at_once(server: Process, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("Date, USD,\n28 November 2026, 1.25,\n")
    assert server.call("GET", "crm/currency/rates").response == []
    run(server, "rates", str(file))
    [rate] = server.call("GET", "crm/currency/rates").response
    assert (rate["fromCurrency"], rate["toCurrency"], rate["rate"]) == ("EUR", "USD", 1.25)

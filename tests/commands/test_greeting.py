"""What a start prints: all that is needed to sign in, and no password twice."""

import shlex
import sys
from pathlib import Path

import pytest

from dealwright.commands.greeting import Opening, greeting, sign_in
from dealwright.settings import program, read

NEW = Opening("owner@localhost", is_new=True, password="kq7-Xy!a 'b'")
OLD = Opening("ann@example.com", is_new=False)


def test_a_first_start_shows_address_owner_and_password():
    lines = greeting(read({}, {}), NEW, port=8080).splitlines()
    assert lines[0] == "Dealwright serves http://127.0.0.1:8080"
    assert "    e-mail    owner@localhost" in lines
    assert f"    password  {NEW.password}" in lines


def test_the_call_survives_any_password():
    text = greeting(read({}, {}), NEW, port=8080)
    [line] = [line for line in text.splitlines() if "curl" in line]
    assert shlex.split(line)[-2] == f"owner@localhost:{NEW.password}"


def test_an_old_portal_names_its_owner_and_lets_curl_ask():
    text = greeting(read({}, {}), OLD, port=8080)
    assert "Sign in as ann@example.com" in text
    assert "curl -s -u ann@example.com http" in text


def test_an_old_portal_says_which_flags_it_overrules():
    shown = read({"language": "ru", "port": "9000"}, {"DEALWRIGHT_WIRE_PROFILE": "documented"})
    lines = [line for line in sign_in(shown, OLD) if "has no effect" in line]
    assert [line.split()[0] for line in lines] == ["--language", "--wire-profile"]


def test_a_given_password_is_not_shown():
    given = Opening("owner@localhost", is_new=True)
    assert "hush" not in greeting(read({"owner_password": "hush"}, {}), given, port=1)


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://localhost:81"), ("::1", "http://[::1]:81"), ("crm", "http://crm:81")],
)
def test_the_address_is_one_that_a_browser_here_can_open(host: str, address: str):
    assert greeting(read({"host": host}, {}), OLD, port=81).startswith(
        f"Dealwright serves {address}\n"
    )


def test_a_start_warns_of_what_the_settings_leave_open():
    mailing = OLD._replace(sends_mail=True)
    plain, no_links = "other machines reach port 81 without encryption", "links in e-mails may lead"
    cases = [
        ({}, OLD, []),
        ({"host": "0.0.0.0"}, OLD, [plain]),
        ({"host": "::"}, OLD, [plain]),
        ({"host": "192.0.2.7", "public_url": "http://crm.example.com"}, mailing, [plain]),
        ({"host": "0.0.0.0", "public_url": "https://crm.example.com"}, mailing, []),
        ({"host": "::1"}, mailing, [no_links]),
        ({"host": "0.0.0.0"}, mailing, [plain, no_links]),
        ({"host": "localhost", "public_url": "http://localhost:81"}, mailing, []),
    ]
    for flags, opening, expected in cases:
        lines = greeting(read(flags, {}), opening, port=81).splitlines()
        found = [line for line in lines if line.startswith("Warning: ")]
        assert len(found) == len(expected), flags
        for line, text in zip(found, expected, strict=True):
            assert text in line and "--public-url https://" in line


def test_the_database_is_shown_without_its_password():
    shown = read({"database": "postgresql://crm:hush@db/crm"}, {})
    assert "Everything is kept in postgresql://crm@db/crm" in greeting(shown, OLD, port=81)


def test_the_command_line_is_named_as_it_can_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = tmp_path / ".venv" / "bin" / "dealwright"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert program() == "dealwright"
    own.parent.mkdir(parents=True)
    own.write_text("")
    assert program() == str(own)
    monkeypatch.chdir(tmp_path)
    assert program() == ".venv/bin/dealwright"

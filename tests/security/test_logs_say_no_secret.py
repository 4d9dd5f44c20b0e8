"""Neither the log nor the database contains credentials or private texts, and no request can write
a log line that looks like another one."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from dealwright.crm.opportunities import reads
from dealwright.storage import schema
from tests.making import make_opportunity, stored
from tests.people.new_accounts import NewAccount, new_account, sign_in, status_of
from tests.running import PASSWORD, Answer, Portal

TOLD = "what Ann wrote to nobody but Bob"
NEW_PASSWORD = "another long password, 7 words of it"
WRONG = "a wrong but telling password"


def everything_with_secrets(portal: Portal, known: NewAccount) -> list[str]:
    """Uses secrets in all the ways there are; what they are."""
    sign_in(portal, known.email, WRONG)
    sign_in(portal, WRONG, WRONG)
    pair = b64encode(f"{known.email}:{PASSWORD}".encode()).decode()
    status_of(portal, f"Basic {pair}")
    status_of(portal, "", Cookie=f"asc_auth_key={known.token}")
    made = portal.call(
        "POST", "people/@self/tokens", json={"title": "t"}, as_=None, headers=known.headers
    )
    api = str(made.response["token"])
    status_of(portal, f"Bearer {api}")
    for path in (
        f"people/@self?asc_auth_key={known.token}",
        f"people/@self?token={api}",
        f"nowhere/{quote(NEW_PASSWORD)}?password={quote(NEW_PASSWORD)}",
        f"authentication/{api}",
    ):
        portal.call("GET", path, as_=None, headers=known.headers)
    keyed = {**known.headers, "Idempotency-Key": "a key of secrets"}
    for address, payload in (
        (f"people/{known.id}/password", {"password": "short"}),
        (f"people/{known.id}/password", {"password": NEW_PASSWORD}),
    ):
        portal.call("PUT", address, json=payload, as_=None, headers=keyed)
    again = sign_in(portal, known.email, NEW_PASSWORD)
    session = str(again.response["token"])
    batch = [
        {
            "relativeUrl": "/api/2.0/authentication",
            "relativeMethod": "POST",
            "body": json.dumps({"userName": known.email, "password": NEW_PASSWORD}),
            "bodyContentType": "application/json",
        }
    ]
    inside = portal.call(
        "POST",
        "batch",
        form={"batch": json.dumps(batch)},
        as_=None,
        headers={"Authorization": session, "Idempotency-Key": "another"},
    )
    third = json.loads(inside.response[0]["data"])["response"]["token"]
    return [known.token, pair, api, session, third, PASSWORD, NEW_PASSWORD, WRONG, TOLD]


def log_of(portal: Portal) -> str:
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in portal.log)


def test_credentials_are_in_no_log_line_and_no_row(portal: Portal):
    own = portal.fresh()
    known = new_account(own)
    secrets = everything_with_secrets(own, known)
    text = log_of(own)
    assert "sign-in failed" in text
    for secret in secrets:
        assert secret not in text
        assert quote(secret) not in text
    for table in schema.metadata.tables.values():
        rows = str(stored(own, select(table)))
        for secret in secrets[:-1]:
            assert secret not in rows, table.name


def failing(*_: object, **__: object) -> Any:
    raise RuntimeError(f"for password={NEW_PASSWORD!r} Authorization: Bearer abcdefgh1234")


def test_an_error_of_ours_says_nothing_to_the_caller_and_no_secret_to_the_log(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    made = make_opportunity(portal, title=TOLD)
    monkeypatch.setattr(reads, "view", failing)
    sent = {"Cookie": f"asc_auth_key={portal.ground.tokens['ann']}"}
    for accept in ("application/json", "text/xml", 'application/json; profile="documented"'):
        answer = portal.call(
            "DELETE",
            f"crm/opportunity/{made}?token={portal.ground.tokens['root']}",
            json={"password": PASSWORD, "note": TOLD},
            headers=sent,
            accept=accept,
        )
        assert answer.status == 500
        for word in ("RuntimeError", "password", "Traceback", "lists.py", "abcdefgh1234"):
            assert word not in answer.text
        assert "Internal error" in answer.text
    text = log_of(portal)
    assert "RuntimeError" in text, "or else nobody could mend it"
    for secret in (
        "abcdefgh1234",
        NEW_PASSWORD[8:],
        *portal.ground.tokens.values(),
        PASSWORD,
        TOLD,
    ):
        assert secret not in text
    monkeypatch.undo()
    assert portal.call("GET", f"crm/opportunity/{made}").response["title"] == TOLD


BREAKS = ("\n", "\r\n", "\u2028", "\x1b[2J\x1b[1;31m", "\u202e", '"}\n{"event": "signed in"')


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_no_request_forges_a_line(portal: Portal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reads, "view", failing)
    for text in BREAKS:
        forged = f'{text}{{"event": "signed in", "person": "root", "level": "forged"}}'
        for path in (
            f"crm/opportunity/1?x={quote(forged)}",
            f"people/{quote(forged, safe='')}",
            f"crm/opportunity/{quote(forged, safe='')}",
        ):
            portal.call("GET", path)
        portal.call("GET", "crm/opportunity/1", headers={"X-Request-Id": quote(forged)})
        sign_in(portal, f"ann{forged}", "x")
    assert all(line["level"] != "forged" for line in portal.log)
    raw = log_of(portal)
    assert not any(mark in raw for mark in ("\x1b", "\u2028", "\u202e", "\x85"))


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_a_request_id_that_is_no_word_is_replaced(portal: Portal):
    def request_id(sent: str) -> str:
        answer: Answer = portal.call("GET", "people/@self", headers={"X-Request-Id": sent})
        return str(answer.headers["X-Request-Id"])

    assert request_id("abc123") == "abc123"
    for sent in ("a b", "a;b", "é", "x" * 65, "", "../a", "a%0ab", "<b>"):
        assert request_id(sent).isalnum()
        assert request_id(sent) != sent


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_what_users_do_is_not_written_down_word_by_word(portal: Portal):
    """Titles, searches and addresses of people do not belong into the log."""
    make_opportunity(portal, title=TOLD, description=TOLD)
    portal.call("GET", f"crm/opportunity/filter?filterValue={quote(TOLD)}")
    portal.call("GET", "people/email?email=ann@example.com")
    portal.call("POST", "crm/opportunity", json={"title": TOLD, "stageid": "x"})
    text = log_of(portal)
    assert TOLD not in text
    assert "ann@example.com" not in text

"""What a request can do wrong is answered with a 4xx that says so: neither numbers of thousands of
digits, nor conditions that cannot be read, nor a log that cannot be written, make it a 500."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from dealwright.server import logs
from dealwright.storage.engines.engine import Unavailable
from dealwright.wire import dispatcher, failures
from dealwright.wire.conversion import bounded_int
from dealwright.wire.exchange import Request
from dealwright.wire.failures import log_failure
from dealwright.wire.paging import paging
from tests.each import each_route
from tests.making import make_opportunity
from tests.running import LOG, PASSWORD, Portal
from tests.security.test_limits import BUILT, path_of

DIGITS = ("9" * 5000, "0" * 5000, "0" * 5000 + "7", "9" * 20_000)
without_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


# ------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize("digits", DIGITS, ids=lambda digits: f"{digits[:2]} {len(digits)}")
@pytest.mark.parametrize("name", ["count", "startIndex", "id", "stageid", "entityId"])
def test_a_number_of_thousands_of_digits_in_a_query_is_no_fault(
    portal: Portal, name: str, digits: str
):
    for path in ("crm/opportunity/filter", "crm/nothing", "crm/opportunity/1", "people"):
        answer = portal.call("GET", f"{path}?{name}={digits}")
        assert answer.status < 500, answer.text[:300]
        assert answer.json["statusCode"] == answer.status


def test_a_number_beyond_its_range_is_the_largest_there_is():
    assert paging({"count": "0" * 5000 + "7", "startindex": "9" * 5000}).count == 7
    assert paging({"startindex": "9" * 5000}).start_index == 2**31 - 1
    assert [bounded_int(each, 50) for each in ("0", "00", "49", "51", "9" * 5000)] == [
        *(0, 0, 49, 50, 50)
    ]
    assert bounded_int(b"0" * 5000, 50) == 0


@without_database
@pytest.mark.parametrize("digits", DIGITS, ids=lambda digits: f"{digits[:2]} {len(digits)}")
@pytest.mark.parametrize("name", ["Range", "If-Range", "If-None-Match", "X-Request-Id", "Cookie"])
def test_a_number_of_thousands_of_digits_in_a_header_is_no_fault(
    portal: Portal, name: str, digits: str
):
    made = make_opportunity(portal)
    sent = {name: f"bytes={digits}-" if name == "Range" else digits}
    assert portal.call("GET", f"crm/opportunity/{made}", headers=sent).status == 200


@without_database
@pytest.mark.parametrize("digits", DIGITS, ids=lambda digits: f"{digits[:2]} {len(digits)}")
def test_a_length_of_thousands_of_digits_is_refused(portal: Portal, digits: str):
    import socket

    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as there:
        head = "POST /api/2.0/authentication HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        there.sendall(f"{head}Content-Length: {digits}\r\n\r\n{{}}".encode())
        there.shutdown(socket.SHUT_WR)
        answered = b"".join(iter(lambda: there.recv(65536), b""))
    assert not answered or answered.split()[1] in (b"400", b"401", b"413", b"431")


@pytest.mark.parametrize("fields", [10, 11, 1000, 30_000])
def test_a_link_to_unsubscribe_with_many_fields_is_no_fault(portal: Portal, fields: int):
    query = "&".join(f"a{n % 10}=1" for n in range(fields))[:50_000]
    for method in ("GET", "POST"):
        assert portal.call(method, f"/unsubscribe?{query}", as_=None).status == 400


# --------------------------------------------------------------------------- conditions

UNUSABLE = ('"', '""', ",", 'W/"', "W/", " ", ',"",', '"' * 50)


@without_database
@each_route(BUILT)
def test_an_if_match_without_a_tag_is_412_on_every_route(portal: Portal, route: Any):
    if route.gate is None:
        return
    for sent in UNUSABLE[:2]:
        answer = portal.call(
            route.method, path_of(route), json={}, headers={"If-Match": sent}, as_="root"
        )
        assert answer.status in (403, 412), answer.text


@pytest.mark.parametrize("sent", UNUSABLE)
def test_a_change_with_an_if_match_that_cannot_be_read_changes_nothing(portal: Portal, sent: str):
    made = make_opportunity(portal)
    path = f"crm/opportunity/{made}"
    before = portal.call("GET", path)
    for method, address in (("PUT", path), ("DELETE", path), ("PUT", f"{path}/stage/2")):
        answer = portal.call(method, address, json={"title": "B"}, headers={"If-Match": sent})
        assert answer.status == 412, (sent, answer.text)
    after = portal.call("GET", path)
    assert (after.status, after.headers["ETag"]) == (200, before.headers["ETag"])


@without_database
@pytest.mark.parametrize(
    "site", ["cross-site", "Cross-Site", "CROSS-SITE", "same-site", "Same-Site", "evil"]
)
def test_a_page_of_another_site_is_refused_in_any_case_of_the_header(portal: Portal, site: str):
    made = make_opportunity(portal)
    cookie = {"Cookie": f"asc_auth_key={portal.ground.tokens['ann']}", "Sec-Fetch-Site": site}
    answer = portal.call("DELETE", f"crm/opportunity/{made}", headers=cookie, as_=None)
    assert answer.status == 403
    for own in ("same-origin", "None", "Same-Origin"):
        mine = cookie | {"Sec-Fetch-Site": own}
        assert portal.call("GET", f"crm/opportunity/{made}", headers=mine, as_=None).status == 200
    kept = portal.call("DELETE", f"crm/opportunity/{made}", headers=mine, as_=None)
    assert kept.status == 200


# ------------------------------------------------------------------------------ refusals


@without_database
def test_a_refusal_that_fails_is_an_answer_too(portal: Portal, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(dispatcher, "failure", broken)
    answer = portal.call("GET", "crm/nothing")
    assert answer.status == 500
    assert answer.json["error"]["message"] == "Internal error"


# ------------------------------------------------------------------------------- logging


@pytest.fixture
def logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**configuration)


@without_database
def test_a_log_that_cannot_be_written_fails_no_sign_in(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    tried: list[str] = []

    def full(text: str) -> int:
        tried.append(text)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LOG, "write", full)
    for password, status in (("wrong", 401), (PASSWORD, 201)):
        payload = {"userName": "ann@example.com", "password": password}
        assert portal.call("POST", "authentication", json=payload, as_=None).status == status
    assert "sign-in failed" in "".join(tried)


def test_a_closed_log_is_no_failure_of_whoever_logs(logging_restored: None):
    stream = io.StringIO()
    logs.configure(stream)
    stream.close()
    structlog.get_logger().warning("unheard", exc_info=ValueError("x"))
    logging.getLogger("library").warning("unheard")


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_database_that_is_away_is_one_line_for_each_request(
    logging_restored: None, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
):
    stream = io.StringIO()
    stream.isatty = lambda: is_terminal  # type: ignore[method-assign]
    logs.configure(stream)
    monkeypatch.setattr(failures, "log", structlog.get_logger())
    log_failure(Request("GET", "/api/2.0/people"), Unavailable("PostgreSQL is\nnot there"))
    assert len(stream.getvalue().splitlines()) == 1
    if not is_terminal:
        assert "exception" not in json.loads(stream.getvalue())


@pytest.mark.parametrize("size", [4000, 60_000])
def test_a_long_text_in_the_log_is_cut_and_hides_its_secrets(size: int):
    secret = "hunter2hunter2"
    for text in (
        f"token={secret}" + "x" * size,
        "x" * size + f" token={secret}",
        f"https://ann:{secret}{'x' * size}@host",
        "a " * (size // 2) + f"https://ann:{secret}@host",
    ):
        shown = logs.redact(None, "", {"path": text})["path"]
        assert len(shown) <= logs.LONGEST + len(logs.HIDDEN) + 1
        assert secret not in shown

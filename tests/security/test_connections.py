"""What is sent past every client library: heads and bodies that lie about their size, never end or
never come. The portal refuses them, keeps little of them and goes on answering others."""

import http.cookies
import json
import socket
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import NoReturn

import pytest

from dealwright.ui import pages
from dealwright.wire import envelope
from tests.making import make_opportunity
from tests.running import Portal

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)

HEAD = "POST /api/2.0/crm/opportunity HTTP/1.1\r\nHost: localhost\r\n"
KILO, MEGA = b"a" * 1024, b"a" * 2**20
PIECES = 400  # of a megabyte, where a connection should end after far less


def conversation(portal: Portal, *pieces: bytes, is_ended: bool = False) -> bytes:
    """What the server says to these bytes until it ends the connection; b"" if it just ends it."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            if is_ended:
                connection.shutdown(socket.SHUT_WR)
            return _all(connection)
        except (ConnectionError, BrokenPipeError):
            return b""


def _all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def head(portal: Portal, *lines: str) -> bytes:
    output = [f"Authorization: {portal.ground.tokens['ann']}", "Connection: close", *lines]
    return (HEAD + "".join(f"{line}\r\n" for line in output) + "\r\n").encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def test_a_body_over_the_limit_is_refused_as_soon_as_it_is_announced(portal: Portal):
    length = portal.settings.body_limit + 1
    answer = conversation(portal, head(portal, f"Content-Length: {length}"))
    assert status(answer) == 413
    assert b"may hold at most" in answer


def test_a_body_over_the_limit_is_refused_without_an_announcement(portal: Portal):
    own = portal.fresh(body_limit="64kB")
    sent = {"Authorization": own.ground.tokens["ann"], "Content-Type": "application/json"}
    for pieces, expected in ((100, 413), (10, 400)):
        connection = HTTPConnection("127.0.0.1", own.port, timeout=30)
        body = iter([KILO] * pieces)
        connection.request("POST", "/api/2.0/crm/opportunity", body, sent, encode_chunked=True)
        assert connection.getresponse().status == expected
        connection.close()


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: ten",),
        ("Content-Length: -1",),
        ("Content-Length: 0x10",),
        (f"Content-Length: {'9' * 40}",),
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: 2\r\n folded",),
    ],
)
def test_a_length_that_two_readers_would_understand_differently_is_refused(
    portal: Portal, lines: tuple[str, ...]
):
    body = b"0\r\n\r\nGET /api/2.0/people/@self HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = conversation(portal, head(portal, *lines) + body)
    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1, "what follows is no request"


def test_missing_body_does_not_delay_other_requests(portal: Portal):
    waiting = []
    try:
        for _ in range(50):
            connection = socket.create_connection(("127.0.0.1", portal.port), timeout=30)
            connection.sendall(head(portal, "Content-Length: 1000") + b'{"title":')
            waiting.append(connection)
        make_opportunity(portal)
        assert portal.call("GET", "people/@self").status == 200
    finally:
        for connection in waiting:
            connection.close()
    assert portal.call("GET", "crm/opportunity/filter?count=1").status == 200


def test_a_body_that_ends_too_early_changes_nothing_and_is_no_error_of_ours(portal: Portal):
    own = portal.fresh()
    kept = make_opportunity(own)
    before = [line["request"] for line in own.log if "request" in line]
    started = f"DELETE /api/2.0/crm/opportunity/{kept} HTTP/1.1\r\nHost: localhost\r\n"
    token = f"Authorization: {own.ground.tokens['ann']}\r\nContent-Length: 100\r\n\r\n"
    for _ in range(20):
        conversation(own, (started + token).encode() + b"all=", is_ended=True)
    assert own.call("GET", f"crm/opportunity/{kept}").status == 200
    output = [line for line in own.log if line.get("request") not in before]
    assert not [line for line in output if f"/{kept}" in line.get("path", "")]


def endless(portal: Portal, start: bytes, piece: bytes, pieces: int = PIECES) -> tuple[int, bytes]:
    """How many pieces the server took before it ended the connection, and what it said."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        taken = 0
        try:
            connection.sendall(start)
            for _ in range(pieces):
                connection.sendall(piece)
                taken += 1
            return taken, _all(connection)
        except (ConnectionError, BrokenPipeError):
            return taken, b""


NEVER_ENDING: Iterable[tuple[str, bytes, bytes]] = (
    ("an address", b"GET /api/2.0/", MEGA),
    ("a header", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", MEGA),
    ("a name of a header", b"GET /healthz HTTP/1.1\r\nHost: x\r\n", MEGA),
    ("headers", b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n" * 2**17),
    (
        "trailers",
        HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
        b"X: y\r\n" * 2**17,
    ),
    ("a chunk's size", HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n1;x=", MEGA),
)


@pytest.mark.parametrize("case", NEVER_ENDING, ids=lambda case: case[0])
def test_what_never_ends_is_ended(portal: Portal, case: tuple[str, bytes, bytes]):
    _, start, piece = case
    taken, _ = endless(portal, start, piece)
    assert taken < PIECES
    assert portal.call("GET", "people/@self").status == 200


def test_a_head_of_a_usual_size_is_read_however_it_is_cut_to_pieces(portal: Portal):
    large = [f"X-Header-{number}: {'v' * 1000}" for number in range(40)]
    whole = head(portal, *large, "Content-Length: 2") + b"{}"
    pieces = [whole[start : start + 777] for start in range(0, len(whole), 777)]
    assert status(conversation(portal, *pieces)) == 400


@pytest.mark.parametrize("cookie", ['"' + '\\"' * 25_000 + '"', "\\" * 50_000, ";" * 50_000])
def test_a_long_cookie_costs_no_more_than_a_short_one(
    portal: Portal, cookie: str, monkeypatch: pytest.MonkeyPatch
):
    """The cookie is not unescaped: that takes a minute in the standard library of some Pythons."""

    def never(*_: object) -> NoReturn:
        raise AssertionError("unescaped")

    monkeypatch.setattr(http.cookies, "_unquote", never)
    headers = {"Cookie": f"a=b; asc_auth_key={cookie}; c=d"}
    assert portal.call("GET", "people/@self", as_=None, headers=headers).status == 401
    token = portal.ground.tokens["ann"]
    for text in (f"a=b;asc_auth_key={token}", f'x="y;z"; asc_auth_key="{token}" ; c'):
        assert portal.call("GET", "people/@self", as_=None, headers={"Cookie": text}).status == 200
    for text in (f"xasc_auth_key={token}", f"asc_auth_key; {token}", f"a=asc_auth_key={token}"):
        assert portal.call("GET", "people/@self", as_=None, headers={"Cookie": text}).status == 401


def test_many_requests_on_one_connection_are_as_good_as_one(portal: Portal):
    """What is bounded is the head of each, not what a connection ever sends."""
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"v" * 4000 + b"\r\n\r\n"
    last = ask.replace(b"Host: x", b"Host: x\r\nConnection: close")
    answer = conversation(portal, ask * 60, last)
    assert answer.count(b"HTTP/1.1 200 ") == 61


def test_a_long_body_is_no_long_head(portal: Portal):
    body = b'{"title":"' + b"t" * 2**20 + b'"}'
    lines = (f"Content-Length: {len(body)}", "Content-Type: application/json")
    answer = conversation(portal, head(portal, *lines), body)
    assert status(answer) == 400
    assert b"title must have at most 255 characters" in answer


@pytest.mark.parametrize(
    "line",
    [
        "GET /../../../etc/passwd HTTP/1.1",
        "GET /static/../../../etc/passwd HTTP/1.1",
        "GET /static/%2e%2e/%2e%2e/pages.py HTTP/1.1",
        "GET /static/..%5c..%5cpages.py HTTP/1.1",
        "GET /healthz%00.png HTTP/1.1",
        "GET //evil.example/ HTTP/1.1",
        "GET /api/2.0/%2e%2e/%2e%2e/healthz HTTP/1.1",
        "GET /api/2.0/people/%ff%fe HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE /api/2.0/people/@self HTTP/1.1",
        "CONNECT evil.example:80 HTTP/1.1",
        "PRI * HTTP/2.0",
        "GET /healthz HTTP/9.9",
        "G\0T / HTTP/1.1",
    ],
)
def test_a_strange_request_line_is_a_refusal(portal: Portal, line: str):
    text = f"{line}\r\nHost: localhost\r\nAuthorization: {portal.ground.tokens['root']}\r\n"
    answer = conversation(portal, f"{text}Connection: close\r\n\r\n".encode())
    assert status(answer) in (400, 404, 405)
    assert b"root:" not in answer
    assert portal.ground.tokens["root"].encode() not in answer, "TRACE would tell a page the token"


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method"])
def test_a_method_is_the_one_in_the_request_line(portal: Portal, override: str):
    kept = make_opportunity(portal)
    for address in (f"crm/opportunity/{kept}", f"crm/opportunity/{kept}?_method=DELETE"):
        answer = portal.call("GET", address, headers={override: "DELETE"})
        assert answer.status == 200
    answer = portal.call("POST", f"crm/opportunity/{kept}", form={"_method": "DELETE"})
    assert answer.status == 405
    assert portal.call("GET", f"crm/opportunity/{kept}").status == 200


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: %b\r\n\r\n" % (b"9" * 5000), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"y" * 100_000), 431),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    ],
)
def test_what_is_no_request_is_refused_in_the_envelope(portal: Portal, asked: bytes, expected: int):
    answer = conversation(portal, asked)
    assert status(answer) == expected
    answered = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (answered["status"], answered["statusCode"]) == (1, expected)
    assert answered["error"]["message"]
    assert b"\r\nX-Request-Id: " in answer
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer


def test_an_upgrade_of_http_2_is_ignored_and_smuggles_nothing(portal: Portal):
    hidden = b"DELETE /api/2.0/crm/opportunity/1 HTTP/1.1\r\nHost: x\r\n\r\n"
    lines = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    whole = head(portal, *lines, f"Content-Length: {len(hidden)}") + hidden
    answer = conversation(portal, whole.replace(b"Connection: close\r\n", b""), is_ended=True)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert status(answer) == 400, "the body is the form of this request"


def test_a_body_before_signing_in_may_be_small_only(portal: Portal):
    for kind in ("application/json", "application/xml", "multipart/form-data; boundary=x"):
        lines = f"Host: x\r\nContent-Type: {kind}\r\nContent-Length: {99 * 2**20}\r\n\r\n"
        answer = conversation(portal, f"POST /api/2.0/authentication HTTP/1.1\r\n{lines}".encode())
        assert status(answer) == 413
        assert b"at most 65536 bytes" in answer
    sent = b'{"userName":"a@b.c","password":"%b"}' % (b"p" * 60_000)
    headers = {"Content-Type": "application/json"}
    answer = portal.call("POST", "authentication", body=sent, headers=headers, as_=None)
    assert answer.status == 401


def test_a_body_is_not_read_before_it_is_known_who_sends_it(portal: Portal):
    lines = "Host: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    start = f"POST /api/2.0/crm/opportunity HTTP/1.1\r\n{lines}Content-Length: {99 * 2**20}\r\n\r\n"
    assert status(conversation(portal, start.encode())) == 401


def test_files_for_a_route_that_takes_none_may_be_as_long_as_any_body(portal: Portal):
    length = portal.settings.body_limit + 1
    assert length < portal.settings.upload_limit
    lines = ("Content-Type: multipart/form-data; boundary=x", f"Content-Length: {length}")
    assert status(conversation(portal, head(portal, *lines))) == 413


@pytest.mark.parametrize("name", ["count", "startIndex"])
def test_a_number_of_5000_digits_is_no_fault(portal: Portal, name: str):
    for path, status in (("crm/opportunity/filter", 200), ("crm/nothing", 404)):
        answer = portal.call("GET", f"{path}?{name}={'9' * 5000}")
        assert answer.status == status


@pytest.mark.parametrize(
    ("host", "is_shown"),
    [
        ("localhost:1", True),
        ("localhost:65535", True),
        ("[::1]:80", True),
        ("localhost:65536", False),
        ("localhost:" + "0" * 5000, False),
        ("localhost:x", False),
        ("localhost:1:2", False),
        ("evil.example:80", False),
        ("x" * 60_000, False),
    ],
)
def test_a_host_is_believed_only_with_a_port_there_can_be(
    portal: Portal, host: str, is_shown: bool
):
    headers = {"Host": host}
    answer = portal.call("GET", "people/@self", headers=headers)
    assert (f"http://{host}/" in answer.response["profileUrl"]) is is_shown


def test_no_cache_grows_with_requested_hosts(portal: Portal):
    for port in range(1, 60):
        portal.call("GET", "/openapi.json", as_=None, headers={"Host": f"localhost:{port}"})
        accept = f"text/{port}" * 1000
        portal.call("GET", "people/@self", headers={"Accept": accept})
    described, negotiated = pages._description.cache_info(), envelope._negotiated.cache_info()
    assert described.maxsize is not None
    assert described.currsize <= described.maxsize <= 8
    assert negotiated.maxsize is not None
    assert negotiated.currsize <= negotiated.maxsize

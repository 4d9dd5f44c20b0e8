"""Requests as they come: framing, order, what is refused and how."""

from collections.abc import Iterator

import pytest

from tests.server.talking import (
    GET,
    Sample,
    Served,
    connected,
    conversation,
    one,
    post,
    rest,
    served,
    statuses,
)

CLOSE = "Connection: close"
LAST = b"GET /short HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as found:
        yield found


def chunked(*pieces: bytes, trailers: bytes = b"") -> bytes:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return head + chunks + b"0\r\n" + trailers + b"\r\n"


def test_pipelined_requests_are_answered_in_order(server: Served):
    text = post("/echo", b"first") + GET + chunked(b"thi", b"rd") + LAST
    answers = conversation(server.port, text)
    bodies = [each.partition(b"\r\n\r\n")[2] for each in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"first", b"short", b"third", b"short"]


def test_two_thousand_pipelined_requests_are_answered(server: Served):
    answers = conversation(server.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2000 + LAST)
    assert statuses(answers) == [200] * 2001


def test_a_request_in_single_bytes_is_read_like_one_in_a_piece(server: Served):
    request = post("/echo", b"body", CLOSE)
    answer = conversation(server.port, *(request[at : at + 1] for at in range(len(request))))
    assert answer.endswith(b"\r\n\r\nbody")


def test_an_upgrade_is_ignored_and_its_body_is_no_request(server: Served):
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    lines = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    answers = conversation(server.port, post("/echo", hidden, *lines) + LAST)
    assert statuses(answers) == [200, 200]
    assert hidden in answers
    assert "/hidden" not in [each.path for each in server.application.requests]


def test_an_upgrade_without_a_body_is_ignored(server: Served):
    text = b"GET /short HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert statuses(conversation(server.port, text * 500 + LAST)) == [200] * 501


def test_an_upgrade_with_a_chunked_body_in_pieces_is_ignored(server: Served):
    request = chunked(b"a" * 1000, b"b").replace(
        b"Host: x\r\n", b"Host: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    )
    pieces = [request[at : at + 100] for at in range(0, len(request), 100)]
    answers = conversation(server.port, *pieces, LAST)
    assert statuses(answers) == [200, 200]
    assert b"a" * 1000 + b"b" in answers


def test_a_client_that_expects_continue_is_told_to_when_the_body_is_read(server: Served):
    body = b"b" * 1000
    with connected(server.port) as connection:
        connection.sendall(post("/echo", body, "Expect: 100-continue")[: -len(body)])
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert one(connection).endswith(body)


def test_a_client_that_expects_continue_is_not_told_to_when_it_is_refused(server: Served):
    with connected(server.port) as connection:
        connection.sendall(post("/unread", b"b" * 1000, "Expect: 100-continue")[:-1000])
        answer = rest(connection)
    assert statuses(answer) == [401]
    assert b"Connection: close" in answer


def test_an_answer_before_the_body_came_ends_the_connection(server: Served):
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    with connected(server.port) as connection:
        connection.sendall(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n")
        assert b"Connection: close" in one(connection)
        connection.sendall(hidden * 10)
        assert rest(connection) == b""
    assert "/hidden" not in [each.path for each in server.application.requests]


def test_a_body_that_was_not_read_is_no_request(server: Served):
    hidden = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    assert statuses(conversation(server.port, post("/unread", hidden) + LAST)) == [401, 200]
    assert "/hidden" not in [each.path for each in server.application.requests]


def test_trailers_are_ignored(server: Served):
    answers = conversation(
        server.port, chunked(b"body", trailers=b"Authorization: x\r\nHost: y\r\n") + LAST
    )
    assert statuses(answers) == [200, 200]
    sent = next(each for each in reversed(server.application.requests) if each.path == "/echo")
    assert sent.headers == {b"host": b"x", b"transfer-encoding": b"chunked"}


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 400),
        (b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 1\r\n\r\n", 417),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %b\r\n\r\n" % (b"9" * 5000), 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 128 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000, 431),
        (b"GET /" + b"y" * 70_000, 431),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_ends(
    server: Served, head: bytes, status: int
):
    answer = conversation(server.port, head)
    assert statuses(answer) == [status]
    assert b"Connection: close\r\n" in answer


def test_what_is_no_request_is_refused_after_the_answers_before_it(server: Served):
    assert statuses(conversation(server.port, GET * 3 + b"\0\r\n")) == [200, 200, 200, 400]


def test_a_chunk_without_a_size_fails_the_request_that_reads_it(server: Served):
    answer = conversation(server.port, chunked(b"a").replace(b"0\r\n", b"zero\r\n"))
    assert statuses(answer) == [400]


def test_what_follows_the_last_request_is_not_read(server: Served):
    assert statuses(conversation(server.port, LAST + b"\0" * 1000)) == [200]
    assert statuses(conversation(server.port, b"GET / HTTP/1.0\r\n\r\n" + GET)) == [200]


def test_a_client_that_has_sent_all_it_wants_gets_its_answers(server: Served):
    answer = conversation(server.port, GET + GET, is_ended=True)
    assert statuses(answer) == [200, 200]


def test_a_repeated_header_is_one_list(server: Served):
    lines = b"Accept: a\r\nCookie: b=1\r\nAccept: c\r\nCookie: d=2\r\n\r\n"
    conversation(server.port, LAST[:-2] + lines)
    sent = server.application.requests[-1].headers
    assert (sent[b"accept"], sent[b"cookie"]) == (b"a, c", b"b=1; d=2")


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/a%20b?c=%20d#e", "/a b", b"c=%20d"),
        (b"http://y/a?b", "/a", b"b"),
        (b"http://y", "/", b""),
        (b"//y/a", "//y/a", b""),
        (b"/a?b?c", "/a", b"b?c"),
    ],
)
def test_a_target_is_a_path_and_a_query(server: Served, target: bytes, path: str, query: bytes):
    conversation(server.port, LAST.replace(b"/short", target))
    sent = server.application.requests[-1]
    assert (sent.path, sent.query) == (path, query)


def test_a_proxy_is_believed_only_if_it_is_trusted():
    text = b"X-Forwarded-For: 9.9.9.9, 1.2.3.4, 127.0.0.9\r\nX-Forwarded-Proto: https\r\n\r\n"
    seen = []
    for trusted in ("none", "127.0.0.0/8"):
        sample = Sample()
        with served(application=sample, trusted_proxies=trusted) as found:
            conversation(found.port, LAST[:-2] + text)
        seen.append((sample.requests[0].client, sample.requests[0].scheme))
    assert seen == [("127.0.0.1", "http"), ("1.2.3.4", "https")]

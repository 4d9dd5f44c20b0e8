"""Answers as they go: heads, streams, back-pressure, and clients that leave."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.server.talking import (
    GET,
    SECONDS,
    Sample,
    Served,
    connected,
    conversation,
    rest,
    served,
    statuses,
    until,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as found:
        yield found


@pytest.fixture
def own() -> Iterator[Served]:
    with served() as found:
        yield found


def get(path: str, *, method: str = "GET", version: str = "1.1", close: bool = True) -> bytes:
    line = "Connection: close\r\n" if close else ""
    return f"{method} {path} HTTP/{version}\r\nHost: x\r\n{line}\r\n".encode()


def test_a_head_says_date_type_and_length(server: Served):
    head, _, body = conversation(server.port, get("/short")).partition(b"\r\n\r\n")
    status, date, kind, length, connection = head.split(b"\r\n")
    assert (status, date[:6], date[-4:]) == (b"HTTP/1.1 200 OK", b"Date: ", b" GMT")
    assert kind == b"Content-Type: text/plain"
    assert (length, connection, body) == (b"Content-Length: 5", b"Connection: close", b"short")


def test_the_answer_to_head_has_the_length_of_the_body_and_no_body(server: Served):
    for path, length in (("/long", 2**20), ("/measured", 9)):
        answer = conversation(server.port, get(path, method="HEAD"))
        assert b"Content-Length: %d\r\n" % length in answer
        assert answer.endswith(b"\r\n\r\n")


def test_an_answer_without_content_has_no_length(server: Served):
    answer = conversation(server.port, get("/empty"))
    assert b"Content-Length" not in answer


def test_a_header_that_would_be_two_is_not_sent(server: Served):
    answer = conversation(server.port, get("/split"))
    assert statuses(answer) == [500]
    assert b"X-More" not in answer


def test_a_fault_of_the_application_is_a_500(server: Served):
    assert statuses(conversation(server.port, get("/fault", close=False))) == [500]


def test_a_stream_with_a_length_is_sent_as_it_is(server: Served):
    answers = conversation(server.port, get("/measured", close=False) + get("/short"))
    assert statuses(answers) == [200, 200]
    assert b"Content-Length: 9\r\n\r\nonetwosixHTTP" in answers


def test_a_stream_without_a_length_is_chunked(server: Served):
    answers = conversation(server.port, get("/chunked", close=False) + get("/short"))
    assert b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n3\r\nsix\r\n0\r\n\r\nHTTP" in answers


def test_a_stream_without_a_length_ends_the_last_answer(server: Served):
    for version in ("1.0", "1.1"):
        answer = conversation(server.port, get("/chunked", version=version))
        assert answer.endswith(b"Connection: close\r\n\r\nonetwosix")


def test_a_stream_that_is_too_short_breaks_the_connection(server: Served):
    try:
        answer = conversation(server.port, get("/short-stream", close=False) + GET)
    except ConnectionResetError:
        return
    assert statuses(answer) in ([], [200])
    assert len(answer.partition(b"\r\n\r\n")[2]) < 99


def test_a_stream_is_told_when_its_client_leaves(own: Served):
    with connected(own.port) as connection:
        connection.sendall(get("/events", close=False))
        until(connection, lambda found: b"first" in found)
        assert own.application.has_begun.wait(SECONDS)
        assert not own.application.has_ended.is_set()
    assert own.application.has_ended.wait(SECONDS)


def test_a_stream_waits_for_a_client_that_takes_nothing(own: Served):
    with connected(own.port) as connection:
        connection.sendall(get("/endless", close=False))
        until(connection, lambda found: len(found) > 100_000)
        before = -1
        while before != own.application.pieces:  # the buffers of the system fill up
            before = own.application.pieces
            assert statuses(conversation(own.port, get("/short"))) == [200]
        assert own.application.pieces < 2000, "pieces of 64 KiB"
    assert own.application.has_ended.wait(SECONDS)


def test_pipelined_answers_wait_for_a_client_that_takes_none(own: Served):
    with connected(own.port) as connection:
        connection.sendall(get("/long", close=False) * 500)
        count, before = 0, -1
        while before != count:
            before = count
            assert statuses(conversation(own.port, get("/short"))) == [200]
            count = len([each for each in own.application.requests if each.path == "/long"])
        assert count < 50, "answers of 1 MiB"


def test_stopping_waits_for_what_is_running():
    with served() as own, connected(own.port) as connection, connected(own.port) as idle:
        connection.sendall(get("/slow", close=False))
        assert own.application.has_begun.wait(SECONDS)
        own.server._process.stop()
        assert rest(idle) == b""
        own.application.may_go_on.set()
        answer = rest(connection)
        assert statuses(answer) == [200]
        assert b"Connection: close" in answer


def test_stopping_ends_streams_that_would_never_end():
    sample = Sample()
    with served(application=sample) as own, connected(own.port) as connection:
        connection.sendall(get("/events", close=False))
        until(connection, lambda found: b"first" in found)
        own.server._process.stop()
        assert rest(connection).endswith(b"0\r\n\r\n")
        assert sample.has_ended.wait(SECONDS)


def test_stopping_twice_waits_for_nothing():
    with served() as own, connected(own.port) as connection:
        connection.sendall(get("/events", close=False).replace(b"/events", b"/slow"))
        assert own.application.has_begun.wait(SECONDS)
        own.server._process.stop()
        own.server._process.stop()
        with suppress(ConnectionResetError):
            assert rest(connection) == b""

"""What a connection may wait for and how long, how many there may be, and what each costs."""

import gc
import json
import sys
import tracemalloc
from contextlib import ExitStack

import pytest

from dealwright.server.limits import Limits, connections_for
from dealwright.wire.exchange import ClientDisconnected, ProtocolError
from tests.running import LOG
from tests.server.talking import (
    GET,
    SECONDS,
    connected,
    conversation,
    one,
    post,
    rest,
    served,
    statuses,
    until,
)

QUICK = Limits(
    head_seconds=0.1,
    body_seconds=0.1,
    body_rate=2**30,
    idle_seconds=0.1,
    send_seconds=0.1,
    linger_seconds=0.1,
    finish_seconds=5,
)
PATIENT = Limits(finish_seconds=5)


def test_a_connection_that_sends_nothing_is_ended():
    with served(limits=QUICK) as server, connected(server.port) as connection:
        assert rest(connection) == b""


def test_an_idle_connection_is_ended_after_its_answer():
    limits = PATIENT._replace(idle_seconds=0.1)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(GET)
        answer = rest(connection)
    assert statuses(answer) == [200]
    assert b"Connection: close" not in answer


def test_empty_lines_do_not_keep_a_connection():
    limits = PATIENT._replace(idle_seconds=0.1)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(b"\r\n")
        assert rest(connection) == b""


def test_half_a_head_is_answered_with_408():
    limits = PATIENT._replace(head_seconds=0.1)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(GET + GET[:-10])
        assert statuses(rest(connection)) == [200, 408]


def test_half_a_body_is_answered_with_408_and_fails_who_reads_it():
    limits = PATIENT._replace(body_seconds=0.1, body_rate=2**30)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(post("/echo", b"b" * 100)[:-1])
        assert statuses(rest(connection)) == [408]
        [failure] = server.application.bodies
        assert isinstance(failure, ProtocolError)


def test_a_body_is_given_time_by_its_size():
    limits = PATIENT._replace(body_seconds=0.0, body_rate=1)
    with served(limits=limits) as server, connected(server.port) as connection:
        request = post("/echo", b"b" * 200)
        connection.sendall(request[:-100])
        assert server.application.has_begun.wait(SECONDS)
        for _ in range(3):  # the server looks at its connections every second
            assert statuses(conversation(server.port, GET, is_ended=True)) == [200]
        connection.sendall(request[-100:])
        assert statuses(one(connection)) == [200]


def test_a_body_that_ends_too_early_fails_who_reads_it():
    with served(limits=PATIENT) as server:
        conversation(server.port, post("/echo", b"b" * 100)[:-1], is_ended=True)
        assert server.application.has_ended.wait(SECONDS)
        [failure] = server.application.bodies
        assert isinstance(failure, ClientDisconnected)


def test_a_running_request_has_no_deadline():
    with served(limits=QUICK) as server, connected(server.port) as connection:
        connection.sendall(GET.replace(b"/short", b"/slow"))
        assert server.application.has_begun.wait(SECONDS)
        with connected(server.port) as other:
            assert rest(other) == b"", "ended by a deadline that began later"
        server.application.may_go_on.set()
        assert statuses(one(connection)) == [200]


def test_a_client_that_takes_nothing_is_cut_off():
    limits = PATIENT._replace(send_seconds=0.1)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(GET.replace(b"/short", b"/endless"))
        assert server.application.has_ended.wait(SECONDS)


def test_a_refused_client_that_goes_on_sending_is_cut_off():
    limits = PATIENT._replace(linger_size=2**20)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(b"\0\r\n")
        assert statuses(until(connection, lambda found: b"\r\n\r\n" in found)) == [400]
        with pytest.raises(ConnectionError):
            for _ in range(400):
                connection.sendall(b"x" * 2**20)


def test_a_refused_client_that_stays_is_cut_off():
    limits = PATIENT._replace(linger_seconds=0.1)
    with served(limits=limits) as server, connected(server.port) as connection:
        connection.sendall(b"\0\r\n")
        assert statuses(rest(connection)) == [400]
        with pytest.raises(ConnectionError):
            while True:
                connection.sendall(b"x")


def test_a_body_that_nobody_reads_is_not_held():
    """It stays in the buffers of the system; the server holds `held_size` and a piece."""
    with served(limits=PATIENT) as server, connected(server.port) as connection:
        connection.setblocking(False)
        connection.send(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (2**30))
        assert server.application.has_begun.wait(SECONDS)
        sent = 0
        try:
            while sent < 2**28:
                sent += connection.send(b"x" * 2**16)
        except BlockingIOError:
            pass
        for _ in range(3):
            assert statuses(conversation(server.port, GET, is_ended=True)) == [200]
        [request] = [each for each in server.application.requests if each.path == "/slow"]
        body = request._arriving
        assert body is not None
        assert body.held <= PATIENT.held_size + 32 * 1024  # type: ignore[attr-defined]


def test_too_many_connections_are_told_so_and_logged_once():
    limits = PATIENT._replace(connections=20, refused_connections=5)
    LOG.lines.clear()
    with served(limits=limits) as server, ExitStack() as open_ones:
        kept = [open_ones.enter_context(connected(server.port)) for _ in range(20)]
        for each in kept:
            each.sendall(GET)
            assert statuses(one(each)) == [200]
        refused = [open_ones.enter_context(connected(server.port)) for _ in range(10)]
        answers = [_said(each) for each in refused]
        assert [statuses(each) for each in answers] == [[503]] * 5 + [[]] * 5
        kept[0].sendall(GET)
        assert statuses(one(kept[0])) == [200]
        open_ones.close()
        while statuses(_asked(server.port)) != [200]:
            pass
    warned = [each for each in map(json.loads, LOG.lines) if "connections" in each["event"]]
    assert [each["event"] for each in warned] == ["too many connections"]


def _said(connection: object) -> bytes:
    try:
        return until(connection, lambda found: b"\r\n\r\n" in found)  # type: ignore[arg-type]
    except (ConnectionError, AssertionError):
        return b""


def _asked(port: int) -> bytes:
    try:
        return conversation(port, GET, is_ended=True)
    except ConnectionError:
        return b""


def test_descriptors_are_kept_free_for_files():
    assert [connections_for(each) for each in (64, 256, 1024, 65_536)] == [16, 128, 896, 10_000]


def test_an_idle_connection_costs_little():
    number = 200
    with served(limits=PATIENT) as server, ExitStack() as open_ones:
        _asked(server.port)
        gc.collect()
        tracemalloc.start()
        for _ in range(number):
            each = open_ones.enter_context(connected(server.port))
            each.sendall(GET)
            assert statuses(one(each)) == [200]
        server.application.requests.clear()
        gc.collect()
        held = tracemalloc.take_snapshot().filter_traces(
            [tracemalloc.Filter(True, "*/dealwright/server/*")]
        )
        tracemalloc.stop()
        size = sum(each.size for each in held.statistics("filename"))
    assert size / number < 4096, sys.version

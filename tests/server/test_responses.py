"""Heads and bodies as they leave the server, by an application of the test's own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn

from dealwright.server import process
from dealwright.server.responses import LONGEST_HELD
from dealwright.settings import read
from dealwright.wire.exchange import WHOLE

LONG = b"x" * (LONGEST_HELD + 1)
TEXT = (b"content-type", b"text/plain")


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body, headers, parts = b"short", [TEXT], 1
    match scope["path"]:
        case "/long":
            body = LONG
        case "/parts":
            parts = 3
        case "/late":
            await asyncio.sleep(0)
        case "/split":
            headers.append((b"x-told", b"a\r\nx-more: b"))
        case "/name":
            headers.append((b"x told", b"a"))
        case "/closing":
            headers.append((b"connection", b"close"))
        case "/too-long":
            headers.append((b"content-length", b"4"))
    if scope["path"] not in ("/too-long", "/no-length"):
        headers.append((b"content-length", b"%d" % (len(body) * parts)))
    if scope["path"] in ("/parts", "/start"):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
    else:
        await send({"type": WHOLE, "status": 200, "headers": headers, "body": body})
        return
    for left in reversed(range(parts)):
        await send({"type": "http.response.body", "body": body, "more_body": left > 0})


@contextmanager
def served(**changed: Any) -> Iterator[int]:
    """The port of a server of its own."""
    settings = read({}, {"DEALWRIGHT_PORT": "0"})
    listener = process.listen(settings)
    config = process.configuration(
        settings, app=application, factory=False, timeout_graceful_shutdown=5, **changed
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.005)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as found:
        yield found


def answers(port: int, *paths: str, method: str = "GET", version: str = "1.1") -> list[bytes]:
    """What comes back on one connection for requests that are sent all at once."""
    last = len(paths) - 1
    heads = [
        f"{method} {path} HTTP/{version}\r\nHost: x\r\n"
        + ("Connection: close\r\n\r\n" if place == last else "\r\n")
        for place, path in enumerate(paths)
    ]
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall("".join(heads).encode())
        found = b""
        while part := connection.recv(65536):
            found += part
    return found.split(b"HTTP/1.1 ")[1:]


def test_answers_come_whole_and_in_the_order_of_their_requests(port: int):
    found = answers(port, "/short", "/long", "/late", "/parts", "/no-length", "/start")
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in found]
    assert bodies[:4] == [b"short", LONG, b"short", b"short" * 3]
    assert bodies[4:] == [b"5\r\nshort\r\n0\r\n\r\n", b"short"]
    assert all(answer.startswith(b"200 OK\r\ndate: ") for answer in found)
    assert [b"connection: close" in answer for answer in found] == [False] * 5 + [True]


def test_a_head_alone_has_the_length_of_its_body(port: int):
    (found,) = answers(port, "/long", method="HEAD")
    assert b"content-length: %d\r\n" % len(LONG) in found
    assert found.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("path", ["/split", "/name"])
def test_a_header_that_would_be_two_is_not_sent(port: int, path: str):
    (found,) = answers(port, path)
    assert found.startswith(b"500 ")
    assert b"told" not in found


def test_a_body_that_is_not_as_long_as_it_says_is_not_sent(port: int):
    assert b"short" not in b"".join(answers(port, "/too-long"))


def test_the_connection_ends_where_the_answer_or_the_request_says_so(port: int):
    assert len(answers(port, "/closing", "/short")) == 1
    assert len(answers(port, "/short", "/short", version="1.0")) == 1


def test_an_idle_connection_is_ended():
    ask = b"GET /short HTTP/1.1\r\nHost: x\r\n\r\n"
    with (
        served(timeout_keep_alive=0) as port,
        closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection,
    ):
        connection.sendall(ask)
        found = b""
        while part := connection.recv(65536):
            found += part
    assert found.endswith(b"short")
    assert b"connection: close" not in found

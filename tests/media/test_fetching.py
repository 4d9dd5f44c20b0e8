"""Fetching: only public addresses, only from the checked address, only up to a limit."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET
from typing import Any, ClassVar

import pytest

from dealwright.media import fetching
from dealwright.media.fetching import Address, Internet, Unreachable, fetch, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "100::1",
    ],
)  # fmt: skip
def test_what_only_this_server_reaches_is_not_public(address: str):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"])
def test_the_internet_is_public(address: str):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "nothing", "//host/x", "file:///etc/passwd", "gopher://example.com/", "ftp://x/y",
        "http://", "http:///x", "https://user@example.com/", "https://a:b@example.com/",
        "http://example.com@127.0.0.1/", "http://127.0.0.1/", "http://127.1/", "http://0/",
        "http://0x7f.1/", "http://0x7f000001/", "http://2130706433/", "http://017700000001/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]/", "http://[fe80::1%25lo]/",
        "http://169.254.169.254/latest/meta-data/", "http://localhost/", "http://localhost:22/",
        "http://127\u3002\u0030.0.1/", "http://\uff11\uff12\uff17.0.0.1/", "http://a\x00b/",
        "http://[::1", "http://x:99999/", "https://127.0.0.1:8443/", "HTTP://127.0.0.1/",
    ],
)  # fmt: skip
def test_private_or_unknown_address_is_not_contacted(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "_connection", lambda *_: pytest.fail("asked"))
    with pytest.raises(Unreachable):
        asyncio.run(fetch(url, most=100))


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 0])
def test_only_web_ports_are_contacted(port: int):
    assert not Internet().may_ask(ip_address("8.8.8.8"), port)
    assert Internet().may_ask(ip_address("8.8.8.8"), 80)
    assert Internet().may_ask(ip_address("8.8.8.8"), 443)


class Answering(BaseHTTPRequestHandler):
    """`/ok`, `/big`, `/slow`, `/moved/…`, `/loop`, `/inside`, `/missing`."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        match self.path.split("/")[1:]:
            case ["ok"]:
                self._say(200, b"content")
            case ["big"]:
                self._say(200, b"x" * 5000, length=False)
            case ["slow"]:
                self.send_response(200)
                self.end_headers()
                self.server.released.wait(20)  # type: ignore[attr-defined]
            case ["moved", count]:
                left = int(count) - 1
                self._say(302, to=f"/moved/{left}" if left else "/ok")
            case ["inside"]:
                self._say(302, to="http://inside.example/ok")
            case ["file"]:
                self._say(302, to="file:///etc/passwd")
            case _:
                self._say(404, b"nothing")

    def _say(self, status: int, body: bytes = b"", to: str = "", *, length: bool = True) -> None:
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        if length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


class Nearby:
    """A network in which `photos.example` is this test's server and `inside.example` is not to be
    asked."""

    def __init__(self) -> None:
        self.resolved: list[str] = []

    def addresses(self, host: str, port: int) -> Sequence[str]:
        self.resolved.append(host)
        return {
            "photos.example": ["127.0.0.1"],
            "inside.example": ["10.0.0.1"],
            "both.example": ["127.0.0.1", "10.0.0.1"],
            "nobody.example": [],
        }[host]

    def may_ask(self, address: Address, port: int) -> bool:
        return str(address) == "127.0.0.1"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Nearby]:
    nearby = Nearby()
    monkeypatch.setattr(fetching, "INTERNET", nearby)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    yield nearby


@pytest.fixture
def site(network: Nearby) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    assert server.socket.family == AF_INET
    server.released = threading.Event()  # type: ignore[attr-defined]
    Answering.asked.clear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://photos.example:{server.server_port}"
    server.released.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_public_is_fetched_by_its_name_and_resolved_once(site: str, network: Nearby):
    assert asyncio.run(fetch(f"{site}/ok", most=100)) == b"content"
    assert network.resolved == ["photos.example"]
    assert Answering.asked == [("/ok", site.removeprefix("http://"))]


@pytest.mark.parametrize("path", ["big", "missing", "inside", "file", "moved/4"])
def test_too_much_errors_and_ways_that_lead_elsewhere_are_all_the_same(site: str, path: str):
    with pytest.raises(Unreachable) as caught:
        asyncio.run(fetch(f"{site}/{path}", most=1000))
    assert str(caught.value) == ""


def test_a_few_redirects_are_followed_and_each_is_checked(site: str, network: Nearby):
    assert asyncio.run(fetch(f"{site}/moved/3", most=100)) == b"content"
    assert network.resolved == ["photos.example"] * 4
    with pytest.raises(Unreachable):
        asyncio.run(fetch(f"{site}/inside", most=100))
    assert network.resolved[-1] == "inside.example"


@pytest.mark.parametrize("host", ["both.example", "nobody.example", "unknown.example"])
def test_name_with_a_private_address_or_none_is_not_contacted(site: str, host: str):
    with pytest.raises(Unreachable):
        asyncio.run(fetch(site.replace("photos.example", host) + "/ok", most=100))
    assert Answering.asked == []


def test_who_answers_too_slowly_is_left(site: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    with pytest.raises(Unreachable):
        asyncio.run(fetch(f"{site}/slow", most=100))


def test_a_server_that_cannot_prove_its_name_is_not_believed(site: str):
    with pytest.raises(Unreachable):
        asyncio.run(fetch(site.replace("http:", "https:") + "/ok", most=100))

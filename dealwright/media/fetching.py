"""Fetches a small file from an address that a user gave, and refuses addresses that only this
server can reach.

The name is resolved once, every address of it is checked, and the connection goes to a checked one;
each redirect is checked as a new address. Callers do not learn why a fetch failed.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

Address = IPv4Address | IPv6Address
MOST_REDIRECTS = 3
SECONDS = 15.0  # for the whole fetch
PIECE = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
# Addresses that wrap others, which may be private, and addresses of protocols.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23"),
            *("192.0.0.0/24", "192.88.99.0/24"),
        ),
    )
)
_few_at_a_time = ThreadPoolExecutor(4, thread_name_prefix="fetching")


class Unreachable(Exception):
    """The address could not be fetched; the reason is not given."""


class Network(Protocol):
    """The addresses of a name, and which of them may be contacted."""

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Raises OSError."""

    def may_ask(self, address: Address, port: int) -> bool: ...


class Internet:
    """Allows only addresses of the public Internet."""

    def addresses(self, host: str, port: int) -> Sequence[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    def may_ask(self, address: Address, port: int) -> bool:
        return port in _PORTS.values() and is_public(address)


INTERNET: Network = Internet()


def is_public(address: Address) -> bool:
    """Whether an address belongs to the Internet: not to this host, not to a private network, not
    reserved, and not wrapping another."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local:
            return False
    if any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


async def fetch(url: str, *, most: int) -> bytes:
    """The content at an http or https address, at most so many bytes. Raises Unreachable."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_few_at_a_time, _fetch, url, most, INTERNET)


def _fetch(url: str, most: int, network: Network) -> bytes:
    end = time.monotonic() + SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            found = _ask(_checked(url, network), most, end)
            if found.body is not None:
                return found.body
            url = urljoin(url, found.location)
    except Exception:  # any detail would reveal something about the target
        raise Unreachable from None
    raise Unreachable


class _Target(NamedTuple):
    parts: SplitResult
    host: str
    port: int
    address: str


class _Found(NamedTuple):
    """A body, or the address of a redirect."""

    body: bytes | None = None
    location: str = ""


def _checked(url: str, network: Network) -> _Target:
    """The address to connect to. Raises Unreachable, ValueError, OSError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or "@" in parts.netloc or not parts.hostname:
        raise Unreachable
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    port = parts.port or _PORTS[parts.scheme]
    found = network.addresses(host, port)
    if not found or not all(network.may_ask(_address(each), port) for each in found):
        raise Unreachable
    return _Target(parts, host, port, found[0])


def _address(text: str) -> Address:
    return ip_address(text.partition("%")[0])


def _ask(target: _Target, most: int, end: float) -> _Found:
    connection = _connection(target, end)
    watch = Timer(max(0.0, end - time.monotonic()), _cut, [connection])
    watch.daemon = True
    try:
        connection.connect()
        watch.start()
        parts = target.parts
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = f"[{target.host}]" if ":" in target.host else target.host
        if target.port != _PORTS[parts.scheme]:
            host += f":{target.port}"
        headers = {"Host": host, "Accept": "image/*", "Accept-Encoding": "identity"}
        connection.request(
            "GET", path, headers=headers, preload_content=False, decode_content=False
        )
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and (location := answer.headers.get("Location")):
            return _Found(location=location)
        if answer.status != 200:
            raise Unreachable
        return _Found(_read(answer, most, end))
    finally:
        watch.cancel()
        connection.close()


def _connection(target: _Target, end: float) -> "HTTPConnection":
    """Connects to the checked address; TLS still verifies the name."""
    # Few portals ever fetch anything, and the import takes a twentieth of the start.
    from urllib3.connection import HTTPConnection, HTTPSConnection

    seconds = max(0.1, end - time.monotonic())
    if target.parts.scheme == "http":
        return HTTPConnection(target.address, target.port, timeout=seconds)
    return HTTPSConnection(
        target.address,
        target.port,
        timeout=seconds,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _cut(connection: "HTTPConnection") -> None:
    """Closes the socket when the time is over, which wakes the waiting thread with an error."""
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _read(answer, most: int, end: float) -> bytes:  # type: ignore[no-untyped-def]
    held, size = [], 0
    while piece := answer.read(PIECE):
        size += len(piece)
        if size > most or time.monotonic() > end:
            raise Unreachable
        held.append(piece)
    return b"".join(held)

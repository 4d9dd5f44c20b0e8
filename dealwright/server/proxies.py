"""Who really sent a request that a proxy passes on. Only proxies that are trusted are believed."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from dealwright.wire.exchange import Request

_LONGEST = 64  # an address with zone and port is shorter


class TrustedProxies:
    """`trusted`: addresses and networks, as the setting has them."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._networks = tuple(ip_network(each) for each in trusted)

    def trusts(self, address: str) -> bool:
        read = _address(address) if self._networks else None
        return read is not None and any(read in network for network in self._networks)

    def apply(self, request: Request) -> None:
        """Sets client and scheme as the proxy that sent this says."""
        scheme = request.header(b"x-forwarded-proto").strip()
        if scheme in ("http", "https"):
            request.scheme = scheme
        if b"x-forwarded-for" in request.headers:
            request.client = self._client(request.header(b"x-forwarded-for")) or request.client

    def _client(self, forwarded: str) -> str:
        """The address nearest to us that is no trusted proxy: each adds itself at the end."""
        named = ""
        for each in reversed(forwarded.rsplit(",", 20)):
            named = _without_port(each.strip()) or named
            if not self.trusts(named):
                break
        return named


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _without_port(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text

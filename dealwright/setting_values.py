"""Reads the text of one setting into its value; knows the forms, not the settings.

Every reader raises ValueError whose text says what was expected, to follow "expected ".
"""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SIZE = re.compile(r"([0-9]{1,15}) ?([kKMG]i?B|B|)", re.ASCII)
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*\.?", re.ASCII)
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
_DATABASE = "a path, sqlite:///path or postgresql://user:password@host/name"


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number between the two, both included."""

    def read(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"a whole number from {least} to {most}")

    return read


def ports(text: str) -> frozenset[int]:
    """Ports with commas between."""
    return frozenset(map(whole(1, 65535), map(str.strip, text.split(","))))


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words, in any case."""

    def read(text: str) -> str:
        if text.lower() in words:
            return text.lower()
        raise ValueError(" or ".join(words))

    return read


def switch(text: str) -> bool:
    if text.lower() in ("true", "yes", "on", "1"):
        return True
    if text.lower() in ("false", "no", "off", "0"):
        return False
    raise ValueError("true or false")


def size(text: str) -> int:
    """Bytes: a whole number with B, kB, MB, GB (thousands) or KiB, MiB, GiB (1024)."""
    found = _SIZE.fullmatch(text)
    amount = int(found[1]) * _UNITS[found[2].upper()] if found else 0
    if amount < 1:
        raise ValueError("a size such as 10MiB, 500kB or 1048576")
    return amount


def secret(text: str) -> str:
    if not text:
        raise ValueError("at least one character")
    return text


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("an e-mail address such as owner@example.com")
    return text


def currency(text: str) -> str:
    """The three letters of a currency, upper case; the portal checks that it exists."""
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError("three letters such as USD")
    return text.upper()


def zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/Berlin") from None


def database(text: str) -> str:
    """`sqlite:///` with an absolute path, or `postgresql://…`; `postgres://` means the same."""
    scheme, colon, rest = text.partition("://")
    if not colon:
        return _sqlite(text)
    match scheme.lower():
        case "sqlite" if rest.startswith("/"):
            return _sqlite(rest[1:])
        case "postgresql" | "postgres":
            return _postgresql(f"postgresql://{rest}")
    raise ValueError(_DATABASE)


def _sqlite(path: str) -> str:
    # ":memory:" would be another database for each connection; "?" would start options in an URL.
    if (
        not path
        or path.endswith("/")
        or path == ":memory:"
        or "?" in path
        or not path.isprintable()
    ):
        raise ValueError(_DATABASE)
    return f"sqlite:///{_absolute(path, _DATABASE)}"


def _postgresql(url: str) -> str:
    try:
        parts = _split(url)
    except ValueError:
        raise ValueError(_DATABASE) from None
    if len(parts.path) < 2 or not url.isprintable():
        raise ValueError(_DATABASE)
    return url


def directory(text: str) -> Path:
    if not text or not text.isprintable():
        raise ValueError("a path of a directory")
    return _absolute(text, "a path of a directory")


def _absolute(path: str, expected: str) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # "~somebody" whom this machine does not know
        raise ValueError(expected) from None


def without_password(url: str) -> str:
    """The address of a database for people to read."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite" or parts.password is None:
        return url
    sign_in, _, host = parts.netloc.rpartition("@")
    user = sign_in.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}"))


def host(text: str) -> str:
    """An IP address or a name, lower case, without port and without the brackets of IPv6."""
    bare = text.lower().removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(bare))
    except ValueError:
        if _HOST_NAME.fullmatch(bare):
            return bare
    raise ValueError("a host name or an IP address, without a port")


def hosts(text: str) -> tuple[str, ...]:
    return _several(text, host)


def proxies(text: str) -> tuple[str, ...]:
    """Addresses and networks whose X-Forwarded headers are believed; `none` is empty."""

    def network(item: str) -> str:
        try:
            return str(ip_network(item, strict=False))
        except ValueError:
            raise ValueError("none, or IP addresses and networks with commas between") from None

    return () if text.lower() == "none" else _several(text, network)


def origins(text: str) -> tuple[str, ...]:
    """`*`, or origins of pages as browsers write them (lower case, no default port); `none`: ()."""
    if text == "*":
        return ("*",)
    return () if text.lower() == "none" else _several(text, _origin)


def _origin(text: str) -> str:
    parts = _web_address(text, "*, none, or origins such as https://board.example.com")
    if parts.path not in ("", "/"):
        raise ValueError("an origin without a path, such as https://board.example.com")
    return f"{parts.scheme}://{_location(parts)}"


def web_address(text: str) -> str:
    """`http(s)://host[:port][/path]` without a slash at the end."""
    parts = _web_address(text, "an address such as https://crm.example.com")
    return f"{parts.scheme}://{_location(parts)}{parts.path.rstrip('/')}"


def _web_address(text: str, expected: str) -> SplitResult:
    try:
        parts = _split(text)
        host(parts.hostname or "")
    except ValueError:
        raise ValueError(expected) from None
    strange = parts.username is not None or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or strange or not text.isprintable():
        raise ValueError(expected)
    return parts


def _location(parts: SplitResult) -> str:
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return in_address(host(parts.hostname or "")) + port


def in_address(bare: str) -> str:
    """A host as it stands in an URL: IPv6 in brackets."""
    return f"[{bare}]" if ":" in bare else bare


def is_for_this_machine(host: str) -> bool:
    """Whether a socket bound to this host is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def local_address(host: str, port: int) -> str:
    """The address of a server bound to this host, for a browser on the same machine."""
    is_everywhere = host in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
    return f"http://{'localhost' if is_everywhere else in_address(host)}:{port}"


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.port == 0:  # reading the port raises ValueError when it is no number
        raise ValueError
    return parts


def _several(text: str, read: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read(item.strip()) for item in text.split(",") if item.strip()))

"""The settings of the mail server, and what an address and a header line may be.

Knows neither how an e-mail is built nor how it is sent.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address

from dealwright.errors import Invalid

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3, without the brackets
LONGEST_SUBJECT = 500  # of a line that may have been filled in
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Security(StrEnum):
    """How the connection to the mail server is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"  # starts unencrypted, then TLS or nothing
    TLS = "tls"  # from the first byte


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server, its sign-in, and the sender of e-mails. Without a host no e-mails are
    sent."""

    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    check_certificate: bool = True
    user: str = ""
    password: str = ""
    sender_name: str = ""
    sender_address: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.host)

    def __repr__(self) -> str:
        return f"Smtp({self.host!r}, {self.port})"  # never shows the password


def revised(before: Smtp, requested: Smtp, *, password: str | None, ports: Container[int]) -> Smtp:
    """The settings after a change; without a `password` the stored one stays. Raises Invalid.

    An empty host turns e-mails off and deletes all settings.
    """
    if not requested.host:
        return Smtp()
    server = _host(requested.host)
    if requested.port not in ports:
        raise Invalid(
            "port",
            f"must be one that the server's setting --smtp-ports allows, not {requested.port}",
        )
    same_server = (server, requested.port) == (before.host, before.port)
    if password is None and before.password and not same_server:
        # Only one server may get it; otherwise naming another server would reveal it.
        raise Invalid("password", "must be given again, since host or port are new")
    kept = before.password if password is None else password
    if bool(requested.user) != bool(kept):
        raise Invalid(
            "user" if kept else "password", "must not be empty: sign in with both or neither"
        )
    if requested.user and requested.security is Security.NONE and not _is_near(server):
        raise Invalid("security", "must be starttls or tls to send a password over a network")
    for name in ("user", "password", "sender_name"):
        if _BREAKS.search(kept if name == "password" else getattr(requested, name)):
            raise Invalid(
                name.replace("_n", "N"), "must not contain line breaks or control characters"
            )
    return replace(
        requested, host=server, password=kept, sender_address=address(requested.sender_address)
    )


def _host(text: str) -> str:
    host = text.strip().lower()
    try:
        return str(ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = ""
    if not _DOMAIN.fullmatch(host) or len(host) > 253:
        raise Invalid("host", "must be the name or the IP address of a mail server, without a port")
    return host


def _is_near(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address(text: str, *, parameter: str = "senderAddress") -> str:
    """An e-mail address as mail servers take it: its domain in ASCII. Raises Invalid."""
    local, at, domain = text.strip().rpartition("@")
    try:
        host = domain.lower().encode("idna").decode() if domain.isprintable() else ""
    except UnicodeError:
        host = ""
    good = at and _LOCAL.fullmatch(local) and len(local) <= 64 and _DOMAIN.fullmatch(host)
    if not good or len(local) + 1 + len(host) > LONGEST_ADDRESS:
        raise Invalid(parameter, "must be an e-mail address such as ann@example.com")
    return f"{local}@{host}"


def line(text: str, most: int = 200) -> str:
    """A text for a header: one line, without characters that could start another one or change its
    direction."""
    words = " ".join(_BREAKS.sub(" ", text).split())
    # The standard library treats anything that looks like an encoded word as one, line breaks
    # included.
    return words.replace("=?", "= ?")[:most].strip()

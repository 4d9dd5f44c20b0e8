"""Through which mail server letters go, and what an address and a line of a header may be.

Knows neither how a letter is built nor how it is sent.
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
    """How the conversation with the mail server is kept secret."""

    NONE = "none"
    STARTTLS = "starttls"  # begins in the open, then TLS or nothing
    TLS = "tls"  # from the first byte


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server, how to sign in there, and from whom letters are. No host: no letters."""

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
        return f"Smtp({self.host!r}, {self.port})"  # never what would let somebody in


def revised(before: Smtp, wished: Smtp, *, password: str | None, ports: Container[int]) -> Smtp:
    """The settings as wished; without a `password` the stored one stays. Raises Invalid.

    An empty host turns letters off and forgets everything.
    """
    if not wished.host:
        return Smtp()
    server = _host(wished.host)
    if wished.port not in ports:
        raise Invalid(
            "port", f"must be one that the server's setting --smtp-ports allows, not {wished.port}"
        )
    same_server = (server, wished.port) == (before.host, before.port)
    if password is None and before.password and not same_server:
        # It is known to one server; nobody may learn it by naming another.
        raise Invalid("password", "must be given again, since host or port are new")
    kept = before.password if password is None else password
    if bool(wished.user) != bool(kept):
        raise Invalid(
            "user" if kept else "password", "must not be empty: sign in with both or neither"
        )
    if wished.user and wished.security is Security.NONE and not _is_near(server):
        raise Invalid("security", "must be starttls or tls to send a password over a network")
    for name in ("user", "password", "sender_name"):
        if _BREAKS.search(kept if name == "password" else getattr(wished, name)):
            raise Invalid(
                name.replace("_n", "N"), "must not contain line breaks or control characters"
            )
    return replace(
        wished, host=server, password=kept, sender_address=address(wished.sender_address)
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
    """Whether what is sent there does not leave this machine."""
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
    """A text for a header: one line, without what could begin another one or turn its direction."""
    words = " ".join(_BREAKS.sub(" ", text).split())
    # The standard library takes what looks like an encoded word for one, line breaks in it and all.
    return words.replace("=?", "= ?")[:most].strip()

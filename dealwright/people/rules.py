"""Names of accounts, accepted passwords, who sees whose data, and when sign-in is blocked.

Knows neither how passwords are hashed nor where anything is stored.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from enum import IntEnum
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from dealwright.errors import Invalid, TooMany

SECOND = 1_000_000  # microseconds
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256
ATTEMPTS = 5
WINDOW = 60 * SECOND  # failures within this time count together
BLOCK = 60 * SECOND
UNDELAYED = 10  # failures with one account at all addresses together before checks are delayed
QUIET = 15 * 60 * SECOND  # without a failure for this long, an account is as before
FIRST_DELAY, LONGEST_DELAY = 0.25, 8.0  # seconds
EVERYWHERE = "everywhere"  # no address is called so
_LONGEST_NAME = 1000
SCOPES = ("read", "write")
ROLES = ("admin", "crm_admin", "user", "guest")  # the owner is created with the portal, and stays

_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,189}")
_GUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_UNNAMED = re.compile(r"[^\w.-]+")
# A user with one of these names would be hidden by an address of that name.
_TAKEN_BY_ROUTES = frozenset(("email", "filter", "search", "simple", "status", "type"))
# Letters and digits that people do not confuse when they type them.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


class EmployeeStatus(IntEnum):
    """Whether an account is in use. There is no leave here; the value is accepted and matches no
    user."""

    ACTIVE = 1
    TERMINATED = 2
    LEAVE_OF_ABSENCE = 4
    DEFAULT = 5
    ALL = 7


class ActivationStatus(IntEnum):
    """Whether a user can sign in already, which needs a password."""

    NOT_ACTIVATED = 0
    ACTIVATED = 1
    PENDING = 2


class EmployeeType(IntEnum):
    ALL = 0
    USER = 1
    VISITOR = 2


def folded(name: str) -> str:
    """A login name as it is compared: in any case, composed or not, without spaces at the ends. It
    is cut beyond what any account's name can reach."""
    return unicodedata.normalize("NFKC", name[:_LONGEST_NAME]).casefold().strip()


def email(text: str) -> str:
    """The address as it is stored. Raises Invalid."""
    address = text.strip()
    if not (_EMAIL.fullmatch(address) and address.isprintable()):
        raise Invalid("email", "must be an e-mail address such as ann@example.com")
    return address


def user_name(address: str, taken: Collection[str]) -> str:
    """A free user name, made of the part of an e-mail address before the @.

    It never looks like an id or an address, so each account can be named in one way only.
    """
    local = _UNNAMED.sub("", folded(address).partition("@")[0]).strip(".-") or "user"
    wanted = f"user-{local}" if _GUID.fullmatch(local) else local
    name, number = wanted, 1
    while name in taken or name in _TAKEN_BY_ROUTES:
        number += 1
        name = f"{wanted}{number}"
    return name


def names_of(address: str) -> tuple[str, str]:
    """First and last name made from an e-mail address: `ann.archer@…` gives Ann Archer."""
    words = [word.capitalize() for word in re.split(r"[._+-]+", address.partition("@")[0]) if word]
    first, *rest = words or [""]
    return first, " ".join(rest)


def new_password() -> str:
    """A generated password of 99 bits, in groups that are easy to type."""
    letters = [secrets.choice(_CLEAR) for _ in range(20)]
    return "-".join("".join(letters[place : place + 5]) for place in range(0, 20, 5))


def password(text: str, *, names: Collection[str]) -> str:
    """The password as it is hashed. Raises Invalid if it is easy to guess; `names` are those of its
    owner."""
    composed = composed_password(text)
    if not SHORTEST_PASSWORD <= len(composed) <= LONGEST_PASSWORD:
        raise Invalid(
            "password", f"must have from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        )
    if len(set(composed)) < 3:
        raise Invalid("password", "must not repeat the same characters")
    if folded(composed) in {folded(name) for name in names}:
        raise Invalid("password", "must not be the name or the address of the account")
    return composed


def composed_password(text: str) -> str:
    """Keyboards send accented letters in different forms; the hash must not depend on that."""
    is_too_long = len(text) > 10 * LONGEST_PASSWORD  # of marks, which are composed slowly
    return text if is_too_long else unicodedata.normalize("NFC", text)


def token_hash(token: str) -> str:
    """The stored form of a token. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def sees_contact_data(*, is_guest: bool, is_self: bool) -> bool:
    """E-mail addresses are shown to users; guests see only their own."""
    return is_self or not is_guest


def shown_status(params: EmployeeStatus | None, *, is_admin: bool) -> EmployeeStatus:
    """The states that a list shows: only administrators see terminated users, and by default all
    states are shown."""
    if params is None:
        return EmployeeStatus.ALL if is_admin else EmployeeStatus.DEFAULT
    hidden = params in (EmployeeStatus.TERMINATED, EmployeeStatus.ALL) and not is_admin
    return EmployeeStatus.DEFAULT if hidden else params


def has_status(status: EmployeeStatus, *, is_terminated: bool) -> bool:
    return bool(status & (EmployeeStatus.TERMINATED if is_terminated else EmployeeStatus.ACTIVE))


class Attempts(NamedTuple):
    """Failed sign-ins with one name from one place; moments in microseconds."""

    failures: int
    since: int
    blocked_until: int | None


def attempts_key(name: str, address: str) -> str:
    """The key under which failures are counted. One place cannot block a name for other places."""
    return hashlib.sha256(f"{folded(name)}\0{place(address)}".encode()).hexdigest()


def place(address: str) -> str:
    """The address for which failures count together: for IPv6 the network of one customer."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or parsed.exploded[:19])


def demand_unblocked(attempts: Attempts | None, now: int) -> None:
    """Raises TooMany while a block lasts."""
    if attempts is not None and attempts.blocked_until is not None and now < attempts.blocked_until:
        raise TooMany(max(1, -((now - attempts.blocked_until) // SECOND)))


def after_failure(before: Attempts | None, now: int) -> Attempts:
    """The count after one more failure; the fifth within a minute blocks for a minute."""
    if before is None or before.blocked_until is not None or now - before.since >= WINDOW:
        return Attempts(1, now, None)
    failures = before.failures + 1
    return Attempts(failures, before.since, now + BLOCK if failures >= ATTEMPTS else None)


def after_failure_anywhere(before: Attempts | None, now: int) -> Attempts:
    """The count of an account at all addresses, after one more failure; `since` is the last one."""
    is_new = before is None or now - before.since >= QUIET
    return Attempts(1 if before is None or is_new else before.failures + 1, now, None)


def delay(anywhere: Attempts | None, now: int) -> float:
    """Seconds to wait before a password is compared.

    It doubles with each failure at any address. It has an end and is never a refusal, so that
    nobody can lock a user out from elsewhere.
    """
    if anywhere is None or now - anywhere.since >= QUIET or anywhere.failures < UNDELAYED:
        return 0.0
    doublings = min(anywhere.failures - UNDELAYED, 10)
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2**doublings))


# What a User-Agent names, the special before the general: many call themselves Chrome or Safari.
_BROWSERS = (
    ("YaBrowser", "Yandex Browser"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """`Firefox, Linux`: what somebody recognises a session by; empty where nothing is named."""
    found = (
        next((name for mark, name in known if mark in user_agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)

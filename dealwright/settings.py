"""Every setting of a server: its flag, its DEALWRIGHT_ variable, its default, and how it is read.

A flag overrides the variable of the same name, the variable overrides the default; there is no
settings file. Checks what can be checked without opening anything, so that a wrong setting prints
one line before the server touches the database; does not know what a setting is for.
"""

import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from dealwright import setting_values as values

VERSION = "0.2.0.dev0"
PREFIX = "DEALWRIGHT_"
_FOR_TESTS = PREFIX + "TEST_"
T = TypeVar("T")


class WrongSetting(Exception):
    """A setting that cannot be used; its text is one line naming it and what was expected."""


class Declaration(NamedTuple):
    """The declaration of a setting."""

    default: str | None
    read: Callable[[str], object]
    text: str
    is_secret: bool
    absent: str  # what happens without it, if it has no default value


def _setting(
    default: str | None,
    read: Callable[[str], T],
    text: str,
    *,
    is_secret: bool = False,
    absent: str = "",
) -> T:
    declared = Declaration(default, read, text, is_secret, absent)
    declaration: Any = field(metadata={"setting": declared}, repr=not is_secret)
    return declaration  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings of one server, checked and in canonical form. Made only by `read`."""

    host: str = _setting("127.0.0.1", values.host, "Address to listen on; 0.0.0.0 for all.")
    port: int = _setting("8080", values.whole(0, 65535), "Port to listen on; 0 takes a free one.")
    database: str = _setting(
        "./data/dealwright.db",
        values.database,
        "Where everything is kept: a path, sqlite:///path or postgresql://user:password@host/name.",
        is_secret=True,
    )
    files: Path = _setting(
        None,
        values.directory,
        "Directory in which the contents of files are kept.",
        absent="files beside the SQLite file, ./data/files with PostgreSQL",
    )
    owner_email: str = _setting("owner@localhost", values.email, "Who owns a new portal.")
    owner_password: str | None = _setting(
        None,
        values.secret,
        "First password of that owner; a variable is safer than a flag, which others can read.",
        is_secret=True,
        absent="a strong one is made and shown once",
    )
    timezone: ZoneInfo = _setting("UTC", values.zone, "Zone in which dates are printed.")
    language: str = _setting("en", values.one_of("en", "ru"), "Language of a new portal.")
    currency: str = _setting(
        None,
        values.currency,
        "Currency of a new portal.",
        absent="USD for English, RUB for Russian",
    )
    wire_profile: str = _setting(
        "live",
        values.one_of("live", "documented"),
        "Spelling of a new portal's answers: as the servers answer, or as the documentation says.",
    )
    workers: int = _setting(
        "1", values.whole(1, 64), "Server processes; more than one needs PostgreSQL."
    )
    public_url: str | None = _setting(
        None,
        values.web_address,
        "Address under which people reach this server.",
        absent="taken from each request whose host is allowed",
    )
    allowed_hosts: tuple[str, ...] = _setting(
        None,
        values.hosts,
        "Hosts believed in a request, with commas between.",
        absent="the bound address and localhost",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "none",
        values.proxies,
        "Proxies whose X-Forwarded headers are believed: addresses or networks.",
    )
    body_limit: int = _setting("10MiB", values.size, "Largest body of a request.")
    upload_limit: int = _setting("100MiB", values.size, "Largest upload.")
    smtp_ports: frozenset[int] = _setting(
        "25,465,587,2465,2525,2587",
        values.ports,
        "Ports on which a mail server may be, with commas between.",
    )
    trash_days: int = _setting("30", values.whole(1, 36500), "Days until the trash is emptied.")
    session_days: int = _setting("365", values.whole(1, 36500), "Days until a sign-in ends.")
    cors_origins: tuple[str, ...] = _setting(
        "*", values.origins, "Pages of other hosts that may call: *, none, or origins with commas."
    )
    access_log: bool = _setting("false", values.switch, "Log a line for each request.")
    metrics_token: str | None = _setting(
        None,
        values.secret,
        "Token that GET /metrics wants, for Prometheus; a variable is safer than a flag.",
        is_secret=True,
        absent="there is no /metrics",
    )
    demo: bool = _setting("false", values.switch, "Fill an empty portal with an invented team.")
    given: Mapping[str, str] = field(repr=False, compare=False)  # texts by name, defaults left out

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def place(self) -> str:
        """Where everything is kept, for people to read: a path, or an address without its
        password."""
        return values.without_password(self.database).removeprefix("sqlite:///")

    @property
    def backups(self) -> Path:
        """The directory of backups that are given no other place: beside the files."""
        return self.files.parent / "backups"

    @property
    def connections(self) -> int:
        """Connections to PostgreSQL for each process; PostgreSQL's default limit of 100 leaves room
        for others."""
        return max(2, min(10, 60 // self.workers))


DECLARED: Mapping[str, Declaration] = {
    each.name: each.metadata["setting"] for each in fields(Settings) if "setting" in each.metadata
}


def read(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Settings from flags (by attribute name, None: not given) and environment variables.

    An empty variable counts as not given. Raises WrongSetting.
    """
    _refuse_unknown(environment)
    given: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, declared in DECLARED.items():
        source, text = flag(name), flags.get(name)
        if text is None:
            source, text = variable(name), environment.get(variable(name)) or None
        if text is not None:
            given[name] = text
        found[name] = _value(source, declared.default if text is None else text, declared)
    _complete(found)
    settings = Settings(**found, given=given)
    if settings.is_sqlite and settings.workers > 1:
        raise WrongSetting("--workers: more than 1 needs --database postgresql://…, not SQLite")
    return settings


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = [variable(name) for name in DECLARED]
    for name in environment:
        if name.startswith(PREFIX) and not name.startswith(_FOR_TESTS) and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise WrongSetting(f"{name}: there is no such setting{hint}")


def _value(source: str, text: str | None, declared: Declaration) -> object:
    if text is None:
        return None
    try:
        return declared.read(text)
    except ValueError as expected:
        shown = "" if declared.is_secret else f", not {text!r}"
        raise WrongSetting(f"{source}: expected {expected}{shown}") from None


def _complete(found: dict[str, Any]) -> None:
    found["currency"] = found["currency"] or {"en": "USD", "ru": "RUB"}[found["language"]]
    if found["files"] is None:
        _, is_sqlite, path = found["database"].partition("sqlite:///")
        beside = Path(path).parent if is_sqlite else Path("data").absolute()
        found["files"] = beside / "files"
    local = dict.fromkeys((found["host"], "localhost", "127.0.0.1", "::1"))
    found["allowed_hosts"] = found["allowed_hosts"] or tuple(local)


def flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    return PREFIX + name.upper()


def typed(settings: Settings, *words: str) -> str:
    """A command on the same database, as it can be typed from here.

    A password in the address is left out: others may read what is printed.
    """
    where = ("--database", settings.place) if "database" in settings.given else ()
    return " ".join([program(), *map(shlex.quote, (*words, *where))])


def program() -> str:
    """How to call the command line from here: by its name, or where `./serve` has put it."""
    own = Path(sys.prefix, "bin", "dealwright")
    if shutil.which("dealwright") or not own.exists():
        return "dealwright"
    return shlex.quote(str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own))

"""The text that a starting server prints: its address, how to sign in, and a request to try.

Printed for a person, never logged: it may contain a password that is shown only once.
"""

import shlex
from urllib.parse import urlsplit

from dealwright.people.actions import Opening
from dealwright.setting_values import is_for_this_machine, local_address, without_password
from dealwright.settings import Settings, flag, typed

# What a portal stores at its first start; later the flags have no effect.
KEPT_BY_THE_PORTAL = ("owner_email", "owner_password", "language", "currency", "wire_profile")


def greeting(settings: Settings, opening: Opening, *, port: int) -> str:
    """The text of a start; `port` is the one that is bound. Ends without a line break."""
    address = local_address(settings.host, port)
    return "\n".join(
        [
            f"Dealwright serves {address}",
            f"Everything is kept in {without_password(settings.database)}",
            *sign_in(settings, opening, address),
            *([opening.notice] if opening.notice else []),
            "Try it:",
            f"    {curl(address, opening)}",
            *warnings(settings, opening, address),
            "Ctrl-C stops it.",
        ]
    )


def warnings(settings: Settings, opening: Opening, address: str) -> list[str]:
    """A line for each risk that the settings leave open, with the way out."""
    public, found = settings.public_url or "", []
    if not is_for_this_machine(settings.host) and not public.startswith("https:"):
        found.append(
            f"Warning: other machines reach port {urlsplit(address).port} without encryption, and "
            "passwords can be read on the way. Use a proxy with TLS and give its address: "
            "--public-url https://crm.example.com"
        )
    if opening.sends_mail and not public:
        found.append(
            f"Warning: links in e-mails may lead to {address}, where the recipients find nothing. "
            "Give the address that they use: --public-url https://crm.example.com"
        )
    return found


def sign_in(settings: Settings, opening: Opening, address: str = "") -> list[str]:
    """Lines that say who can sign in and how; on an existing portal also which flags have no
    effect."""
    if opening.password is not None:
        return [
            "This portal is new. The password is shown only now:",
            f"    e-mail    {opening.owner_email}",
            f"    password  {opening.password}",
            *_own_password(opening, address),
        ]
    if opening.is_new:
        return [f"This portal is new. Sign in as {opening.owner_email} with the password you gave."]
    ignored = [flag(name) for name in KEPT_BY_THE_PORTAL if name in settings.given]
    reason = "has no effect: the portal has its own since its first start."
    return [
        f"Sign in as {opening.owner_email}. The password is lost?",
        f"    {typed(settings, 'user', 'password', opening.owner_email)}",
        *(f"{name} {reason}" for name in ignored),
    ]


def _own_password(opening: Opening, address: str) -> list[str]:
    if not (address and opening.link):
        return []
    return ["Or choose your own and start, within a day, at", f"    {address}{opening.link}"]


def curl(address: str, opening: Opening) -> str:
    """A line that works when pasted into a shell; curl asks for an unknown password."""
    user = opening.owner_email
    if opening.password is not None:
        user = f"{user}:{opening.password}"
    return f"curl -s -u {shlex.quote(user)} {address}/api/2.0/crm/opportunity/filter.json"

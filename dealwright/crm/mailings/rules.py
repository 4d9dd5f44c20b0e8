"""What a mailing may be, how its texts are filled in, its progress, and the tokens that
unsubscribe.

Knows no table and no network. Moments and durations are in microseconds.
"""

import base64
import binascii
import hashlib
import hmac
import html
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from dealwright.errors import Invalid

SECOND = 1_000_000
MOST = 1_000  # recipients per mailing
LARGEST = 20 * 1024 * 1024  # bytes of all attached files together
AT_ONCE = 50  # emails per SMTP session
LONGEST = 60 * SECOND  # per SMTP session
PAUSE = 5 * SECOND  # between two sessions: at most 600 emails a minute
LATER = 300 * SECOND  # until the next attempt after a temporary error
ATTEMPTS = 5  # per email
SHOWN = 3600 * SECOND  # how long a finished mailing is reported
TOLD_ERRORS = 50

_BLOCK_END = re.compile(
    r"<br\s*/?>|</(?:p|div|tr|li|h[1-6]|table|ul|ol|blockquote)>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")


class State(StrEnum):
    """The state of one recipient. Every path starts at `waiting`; the last four are final."""

    WAITING = "waiting"
    SENDING = "sending"  # sent to the mail server: if this state stays, the email may have gone out
    SENT = "sent"
    REFUSED = "refused"  # the recipient has unsubscribed
    FAILED = "failed"
    SKIPPED = "skipped"


class Recipient(NamedTuple):
    """A contact of a mailing. `error` says why it gets no email."""

    contact_id: int
    email: str
    state: State = State.WAITING
    error: str = ""


class Progress(NamedTuple):
    """The progress of a mailing. `waits` is a duration, None: unknown or none."""

    recipients: int
    delivered: int
    settled: int
    waits: int | None

    @property
    def percentage(self) -> int:
        return self.settled * 100 // self.recipients if self.recipients else 100


def require(*, contact_ids: Sequence[int], subject: str, body: str, most: int = MOST) -> None:
    """Checks what every mailing needs. Raises Invalid.

    # differs: the reference does nothing for an empty subject, and silently cuts the list at 50
    contacts.
    """
    if not contact_ids:
        raise Invalid("contactIds", "must name at least one contact")
    if len(set(contact_ids)) > most:
        raise Invalid("contactIds", f"must be at most {most} contacts, not {len(set(contact_ids))}")
    if not subject.strip():
        raise Invalid("subject", "must not be empty")
    if not body.strip():
        raise Invalid("body", "must not be empty")


def recipients(
    emails: Mapping[int, str | None],
    *,
    address: Callable[[str], str | None],
    refused: frozenset[str],
) -> list[Recipient]:
    """The recipients, by the primary address of each contact; an address gets one email.

    `address` normalizes an address for mail servers, None for an invalid one; `refused` are the
    keys of unsubscribed addresses.
    """
    recipients: list[Recipient] = []
    seen: set[str] = set()
    for contact_id, email in emails.items():
        if not email:
            recipients.append(Recipient(contact_id, "", State.SKIPPED, "no email address"))
            continue
        good = address(email)
        if good is None:
            recipients.append(
                Recipient(contact_id, email, State.FAILED, f"Invalid email address: {email}")
            )
        elif email_key(good) in refused:
            recipients.append(Recipient(contact_id, good, State.REFUSED, unsubscribed(good)))
        elif email_key(good) in seen:
            recipients.append(
                Recipient(
                    contact_id, good, State.SKIPPED, f"The same address as another contact: {good}"
                )
            )
        else:
            seen.add(email_key(good))
            recipients.append(Recipient(contact_id, good))
    return recipients


def unsubscribed(address: str) -> str:
    return f"Unsubscribed: {address}"


def plain(body: str) -> str:
    """Clean HTML as plain text: one line per block."""
    broken = _BLOCK_END.sub("\n", body.replace("\r", "").replace("\n", " "))
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", broken)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def progress(counts: Mapping[str, int], *, is_finished: bool) -> Progress:
    """The progress, from the number of recipients in each state."""
    total = sum(counts.values())
    waiting = counts.get(State.WAITING, 0) + counts.get(State.SENDING, 0)
    waits = None if is_finished or not waiting else -(-waiting // AT_ONCE) * PAUSE
    return Progress(total, counts.get(State.SENT, 0), total - waiting, waits)


def clock(time: int | None) -> str | int:
    """A duration as the API prints it: 0, or hours, minutes, seconds."""
    if not time:
        return 0
    minutes, seconds = divmod(time // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


# ------------------------------------------------------------------------------------- refusing


def email_key(address: str) -> str:
    """The key that equal addresses share."""
    return address.casefold()


def refusal_token(address: str, *, secret: str) -> str:
    """A token that only the recipient of an email knows: it holds the address and proves that this
    portal sent the email."""
    named = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
    return f"{named}.{_signature(address, secret)}"


def refused_address(token: str, *, secret: str) -> str | None:
    """The address of a token; None for a forged one."""
    named, _, signature = token.partition(".")
    try:
        padded = named + "=" * (-len(named) % 4)
        address = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    expected = _signature(address, secret)
    return address if hmac.compare_digest(expected.encode(), signature.encode()) else None


def _signature(address: str, secret: str) -> str:
    text = f"no letters\0{email_key(address)}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

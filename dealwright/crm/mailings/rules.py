"""What a mailing may be, how its texts are filled in, how far it is, and how one refuses letters.

Knows no table and no network. Moments and times are in microseconds.
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
MOST = 1_000  # recipients of one mailing
LARGEST = 20 * 1024 * 1024  # bytes of all attached files together
AT_ONCE = 50  # letters in one conversation with the mail server
LONGEST = 60 * SECOND  # of one conversation
PAUSE = 5 * SECOND  # between two conversations: no more than 600 letters a minute
LATER = 300 * SECOND  # until a server is asked again that said "not now"
ATTEMPTS = 5  # for one letter
SHOWN = 3600 * SECOND  # how long a finished mailing is told of
TOLD_ERRORS = 50

_BLOCK_END = re.compile(
    r"<br\s*/?>|</(?:p|div|tr|li|h[1-6]|table|ul|ol|blockquote)>", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")


class State(StrEnum):
    """Where one recipient is. From `waiting` every way leads on, and from the last four none."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to the server: if this is where it ends, it may have gone out
    SENT = "sent"
    REFUSED = "refused"  # the recipient wants no such letters
    FAILED = "failed"
    SKIPPED = "skipped"


class Recipient(NamedTuple):
    """A contact of a mailing. `error` says why it gets no letter."""

    contact_id: int
    email: str
    state: State = State.WAITING
    error: str = ""


class Progress(NamedTuple):
    """How far a mailing is. `waits` is a time, None: unknown or none."""

    recipients: int
    delivered: int
    settled: int
    waits: int | None

    @property
    def percentage(self) -> int:
        return self.settled * 100 // self.recipients if self.recipients else 100


def require(*, contact_ids: Sequence[int], subject: str, body: str, most: int = MOST) -> None:
    """What a mailing cannot do without. Raises Invalid.

    # differs: the reference answers nothing to an empty subject, and cuts the list at 50 contacts
    without a word.
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
    """Who gets a letter, by the primary address of each contact; an address gets one letter.

    `address` gives an address as mail servers take it, None for what is none; `refused` are the
    keys of those who want none.
    """
    found: list[Recipient] = []
    seen: set[str] = set()
    for contact_id, email in emails.items():
        if not email:
            found.append(Recipient(contact_id, "", State.SKIPPED, "no e-mail address"))
            continue
        good = address(email)
        if good is None:
            found.append(
                Recipient(contact_id, email, State.FAILED, f"Invalid email address: {email}")
            )
        elif email_key(good) in refused:
            found.append(Recipient(contact_id, good, State.REFUSED, unsubscribed(good)))
        elif email_key(good) in seen:
            found.append(
                Recipient(
                    contact_id, good, State.SKIPPED, f"The same address as another contact: {good}"
                )
            )
        else:
            seen.add(email_key(good))
            found.append(Recipient(contact_id, good))
    return found


def unsubscribed(address: str) -> str:
    return f"Unsubscribed: {address}"


def plain(body: str) -> str:
    """Clean HTML as plain text: one line for each block."""
    broken = _BLOCK_END.sub("\n", body.replace("\r", "").replace("\n", " "))
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", broken)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def progress(counts: Mapping[str, int], *, is_finished: bool) -> Progress:
    """How far it is, by how many recipients are in which state."""
    total = sum(counts.values())
    waiting = counts.get(State.WAITING, 0) + counts.get(State.SENDING, 0)
    waits = None if is_finished or not waiting else -(-waiting // AT_ONCE) * PAUSE
    return Progress(total, counts.get(State.SENT, 0), total - waiting, waits)


def clock(time: int | None) -> str | int:
    """A time as the API prints it: 0 or hours, minutes, seconds."""
    if not time:
        return 0
    minutes, seconds = divmod(time // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


# ------------------------------------------------------------------------------------- refusing


def email_key(address: str) -> str:
    """What makes two addresses the same."""
    return address.casefold()


def refusal_token(address: str, *, secret: str) -> str:
    """What only whoever got a letter knows: his address, and that it is this portal's letter."""
    named = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
    return f"{named}.{_signature(address, secret)}"


def refused_address(token: str, *, secret: str) -> str | None:
    """Whose token it is; None for one that was made up."""
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

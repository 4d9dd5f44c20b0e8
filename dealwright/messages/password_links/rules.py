"""How long a link to set a password is good, and for whom one may be made."""

from enum import StrEnum
from typing import NamedTuple

from dealwright.errors import Invalid, NotNow

HOUR = 3_600_000_000  # microseconds
PAUSE = 5 * 60_000_000  # between two letters to the same person


class Purpose(StrEnum):
    INVITATION = "invitation"
    FORGOTTEN = "forgotten"
    FIRST = "first"  # for the owner of a new portal, printed where the server was started


class Invitation(NamedTuple):
    """`address`: the link itself, which is told only now; `expires_on` in microseconds."""

    address: str
    expires_on: int


GOOD_FOR = {Purpose.INVITATION: 7 * 24 * HOUR, Purpose.FORGOTTEN: HOUR, Purpose.FIRST: 24 * HOUR}


def demand_may_invite(*, is_terminated: bool, is_owner: bool) -> None:
    """Refuses a link for somebody who is not let in, and one by which an administrator would
    become the owner. Raises Invalid, NotNow."""
    if is_owner:
        raise NotNow("The owner's password is set by the owner alone")
    if is_terminated:
        raise Invalid("userid", "must be an active user")

"""How an invitation is shown."""

from dealwright.messages.password_links.rules import Invitation
from dealwright.wire.moments import Moments
from dealwright.wire.shape import MomentText, Shape


class InvitationShown(Shape, kw_only=True):
    """`link`: the address at which the person sets a password, told only now."""

    link: str
    expires: MomentText


def invitation(made: Invitation, moments: Moments) -> InvitationShown:
    return InvitationShown(link=made.address, expires=moments(made.expires_on))

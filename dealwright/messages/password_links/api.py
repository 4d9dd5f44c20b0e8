"""The routes of links by which a person sets a password once."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.messages.password_links import actions, shapes
from dealwright.messages.password_links.shapes import InvitationShown
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Routes
from dealwright.wire.values import Length
from dealwright.work import Work

NOT_KEPT = {"Cache-Control": "no-store"}  # an answer that holds a secret
before_sign_in = Routes("")
route = Routes("", gate=access.anyone)


class Forgotten(msgspec.Struct, kw_only=True, frozen=True):
    """`email`: the address of the account."""

    email: Annotated[str, Length(255)] = ""


class Invited(msgspec.Struct, kw_only=True, frozen=True):
    """`userid`: a user name or an id."""

    user_id: str


@before_sign_in.post("people/password", idempotent=False)
async def forgotten(work: Work, params: Forgotten) -> str:
    """Sends a link by which a forgotten password is set anew, if there is such an account.

    At most one letter in five minutes; the answer is the same for every address.
    """
    await actions.ask_for_letter(work, params.email)
    return "If there is such an account, a letter is on its way"


@route.post("people/{userid}/invitation", idempotent=False)
async def invite(work: Work, params: Invited) -> Answer[InvitationShown]:
    """Gives an administrator a link by which a person sets their password once, within a week."""
    made = await actions.invite(work, params.user_id)
    return Answer(shapes.invitation(made, work.moments), headers=NOT_KEPT)


route.list += before_sign_in.list

"""Routes of the mail server's settings."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.messages.mail import actions
from dealwright.messages.mail.rules import Security, Smtp
from dealwright.messages.mail.shapes import SentTo, SmtpSettings, smtp_settings
from dealwright.wire.context import RequestContext
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Between, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Line = Annotated[str, Length(255)]


class Server(msgspec.Struct, kw_only=True, frozen=True):
    """Replaces the settings, except that an absent `password` stays if host and port do.

    An empty `host` turns e-mails off and deletes the other settings.
    """

    host: Line = ""
    port: Annotated[int, Between(1, 65535)] = 587
    security: Security = Security.STARTTLS
    check_certificate: bool = True
    user: Line = ""
    password: Line | None = None
    sender_name: Line = ""
    sender_address: Line = ""


@route.get("settings/smtp")
async def view(work: Work) -> SmtpSettings:
    """Gives the mail server's settings, without the password. Administrators only."""
    return smtp_settings(await actions.view(work))


@route.put("settings/smtp", mode=Mode.TRANSACTION)
async def change(work: Work, params: Server) -> SmtpSettings:
    """Sets the mail server through which e-mails are sent. Administrators only."""
    requested = Smtp(
        host=params.host,
        port=params.port,
        security=params.security,
        check_certificate=params.check_certificate,
        user=params.user,
        sender_name=params.sender_name,
        sender_address=params.sender_address,
    )
    return smtp_settings(await actions.change(work, requested, password=params.password))


@route.post("settings/smtp/test", mode=Mode.DIRECT, status=200, idempotent=False)
async def try_out(context: RequestContext) -> SentTo:
    """Sends an e-mail to yourself with the stored settings. Administrators only."""
    return SentTo(email=await actions.try_out(context))

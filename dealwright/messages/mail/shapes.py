"""How the mail settings look on the wire: without the password."""

from dealwright.messages.mail.rules import Smtp
from dealwright.wire.shape import Shape


class SmtpSettings(Shape, kw_only=True):
    """The mail server for outgoing e-mails; without a host none are sent. `security` is none,
    starttls or tls. The password is never shown: `hasPassword` says that there is one."""

    host: str
    port: int
    security: str
    check_certificate: bool
    user: str
    has_password: bool
    sender_name: str
    sender_address: str


class SentTo(Shape, kw_only=True):
    """The address to which the e-mail was sent."""

    email: str


def smtp_settings(stored: Smtp) -> SmtpSettings:
    return SmtpSettings(
        host=stored.host,
        port=stored.port,
        security=stored.security.value,
        check_certificate=stored.check_certificate,
        user=stored.user,
        has_password=bool(stored.password),
        sender_name=stored.sender_name,
        sender_address=stored.sender_address,
    )

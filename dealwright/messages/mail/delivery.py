"""The session with the mail server, and its possible results.

Of a server's reply only the code is passed on, never the text. Does not know why an e-mail is sent.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiosmtplib
from aiosmtplib import errors

from dealwright.messages.mail.emails import Email, message
from dealwright.messages.mail.rules import Security, Smtp

SECONDS = 20.0  # seconds for each step of the session


class Undelivered(Exception):
    """An e-mail was not sent. `is_final`: retrying is useless."""

    def __init__(self, text: str, *, is_final: bool = False) -> None:
        super().__init__(text)
        self.text, self.is_final = text, is_final


class Unreachable(Undelivered):
    """There was no session."""


class SignInRefused(Undelivered):
    """The server refuses this user's sign-in."""


class Unknown(Undelivered):
    """The session broke off after the e-mail was handed over: it may have been sent."""


class SmtpConnection:
    """A server that is ready to take e-mails."""

    def __init__(self, client: aiosmtplib.SMTP, smtp: Smtp) -> None:
        self._client = client
        self._smtp = smtp

    async def send(self, letter: Email, *, now: int) -> None:
        """Raises Undelivered."""
        text = message(letter, self._smtp, now=now).as_bytes()
        try:
            await self._client.mail(self._smtp.sender_address)
            await self._client.rcpt(letter.to_address)
        except errors.SMTPResponseException as refused:
            with suppress(errors.SMTPException):
                await self._client.rset()
            raise _refused("the sender or the recipient", refused.code) from refused
        except (errors.SMTPException, OSError) as broken:
            raise Unreachable("the mail server closed the connection") from broken
        try:
            await self._client.data(text)
        except errors.SMTPResponseException as refused:
            raise _refused("the letter", refused.code) from refused
        except (errors.SMTPException, OSError) as broken:
            raise Unknown(
                "the mail server closed the connection while it took the e-mail"
            ) from broken


@asynccontextmanager
async def smtp_session(smtp: Smtp) -> AsyncIterator[SmtpConnection]:
    """A session for any number of e-mails. Raises Unreachable, SignInRefused."""
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        local_hostname=smtp.sender_address.rpartition("@")[2],
        use_tls=smtp.security is Security.TLS,
        start_tls=smtp.security is Security.STARTTLS,
        validate_certs=smtp.check_certificate,
        timeout=SECONDS,
    )
    await _enter(client, smtp)
    try:
        yield SmtpConnection(client, smtp)
    finally:
        with suppress(errors.SMTPException, OSError):
            await client.quit()
        client.close()


async def _enter(client: aiosmtplib.SMTP, smtp: Smtp) -> None:
    where = f"{smtp.host} port {smtp.port}"
    try:
        await client.connect()
        if smtp.user:
            await client.login(smtp.user, smtp.password)
    except errors.SMTPAuthenticationError as refused:
        client.close()
        raise SignInRefused(
            f"{where} refused the user name or the password (code {refused.code})"
        ) from None
    except errors.SMTPConnectTimeoutError as silent:
        client.close()
        raise Unreachable(f"{where}: it does not answer") from silent
    except (errors.SMTPException, OSError) as failure:
        client.close()
        raise Unreachable(f"{where}: {_reason(failure)}") from None


def _reason(failure: BaseException) -> str:
    """In our own words: the text of a foreign server is not passed on."""
    causes = [failure]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return "its certificate is not trusted"
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return "it does not speak TLS on this port"
    if any(isinstance(each, ConnectionRefusedError) for each in causes):
        return "no server listens there"
    if any(isinstance(each, TimeoutError | errors.SMTPTimeoutError) for each in causes):
        return "it does not answer"
    if "SMTP AUTH" in str(failure):
        return "it does not offer to sign in"
    if "STARTTLS" in str(failure):
        return "it does not offer STARTTLS"
    return "it cannot be reached or does not speak SMTP"


def _refused(what: str, code: int) -> Undelivered:
    return Undelivered(f"the mail server refused {what} (code {code})", is_final=code >= 500)

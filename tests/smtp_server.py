"""A real mail server for tests, in its own thread: it keeps the e-mails that it takes."""

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from queue import Empty, Queue
from socket import create_server
from typing import Any, NamedTuple

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

SECONDS = 30  # until a missing e-mail fails the test
USER, PASSWORD = "postman", "a secret for the mail server"


class Taken(NamedTuple):
    """An e-mail as it came over the wire."""

    sender: str
    recipients: list[str]
    content: bytes
    was_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        parsed: Any = email.message_from_bytes(self.content, policy=default)
        return parsed  # type: ignore[no-any-return]

    @property
    def text(self) -> str:
        part: Any = self.message.get_body(("plain",))
        return str(part.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        part: Any = self.message.get_body(("html",))
        return str(part.get_content()).replace("\r\n", "\n")


class Mailbox:
    """The received e-mails in their order. `answers` gives a recipient another answer than 250,
    `data_answer` every e-mail; the connection breaks after an e-mail to a recipient in
    `drops_after`."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, str] = {}
        self.data_answer = ""
        self.drops_after: set[str] = set()
        self.asked: Queue[str] = Queue()  # every named recipient
        self._letters: Queue[Taken] = Queue()

    def next(self) -> Taken:
        """Waits for the next e-mail."""
        try:
            return self._letters.get(timeout=SECONDS)
        except Empty:
            raise AssertionError("no letter came") from None

    def named(self) -> str:
        """Waits for the next named recipient, also a refused one."""
        try:
            return self.asked.get(timeout=SECONDS)
        except Empty:
            raise AssertionError("nobody was written to") from None

    @property
    def is_empty(self) -> bool:
        return self._letters.empty()

    def clear(self) -> None:
        while not self._letters.empty():
            self._letters.get()

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.asked.put(address)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        if not self.drops_after.isdisjoint(envelope.rcpt_tos):
            server.transport.abort()
        taken = Taken(
            envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None
        )
        self._letters.put(taken)
        return "250 OK"


@contextmanager
def running(
    *, tls: bool = False, starttls: bool = False, sign_in: bool = False
) -> Iterator[Mailbox]:
    """`tls`: from the first byte; `starttls`: offered and required; `sign_in`: required too."""
    box = Mailbox()
    with create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    options: dict[str, Any] = {}
    if starttls:
        options |= {"tls_context": _context(), "require_starttls": True}
    if sign_in:
        options |= {
            "authenticator": _authenticator,
            "auth_required": True,
            "auth_require_tls": starttls,
        }
    if tls:
        options["ssl_context"] = _context()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("mail.example.com").configure_cert(context)
    return context


def _authenticator(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    right = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=right, handled=right)

"""Setting and testing the mail server, in real sessions."""

import asyncio
import socketserver
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from dealwright import app
from dealwright.storage import schema
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work
from tests import smtp_server
from tests.contract.scene import run
from tests.running import PEOPLE, Answer, Portal
from tests.smtp_server import Mailbox

SMTP = "crm/settings/smtp"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server.running() as box:
        yield box


def server(box: Mailbox, **changed: object) -> dict[str, object]:
    payload: dict[str, object] = {
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "senderName": "Our CRM",
        "senderAddress": "crm@example.com",
    }
    return {**payload, **changed}


def portal_with(portal: Portal, box: Mailbox, **changed: object) -> Portal:
    own = portal.fresh(smtp_ports=str(box.port))
    answer = own.call("PUT", SMTP, json=server(box, **changed), as_="root")
    assert answer.status == 200, answer.text
    return own


def tried(portal: Portal) -> Answer:
    return portal.call("POST", f"{SMTP}/test", as_="root")


def test_the_settings_come_back_without_the_password(portal: Portal, box: Mailbox):
    own = portal_with(portal, box, user="crm", password="very secret")
    shown = own.call("GET", SMTP, as_="root").response
    assert shown == {
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "checkCertificate": True,
        "user": "crm",
        "hasPassword": True,
        "senderName": "Our CRM",
        "senderAddress": "crm@example.com",
    }


def test_a_password_is_neither_in_the_trail_nor_in_the_log(portal: Portal, box: Mailbox):
    own = portal_with(portal, box, user="crm", password="very secret")
    own.call("PUT", SMTP, json=server(box, user="crm", password="more secret"), as_="root")
    tried(own)
    output = str(own.log) + str(rows(own))
    assert "smtp.password" in output
    assert "very secret" not in output
    assert "more secret" not in output


def rows(portal: Portal) -> Any:
    async def read(work: Work) -> Any:
        return await work.fetch(Statement(select(schema.audit.c.changes)))

    return asyncio.run(app.offline(portal.settings, read))


def test_only_administrators_see_set_and_try_the_mail_server(portal: Portal, box: Mailbox):
    own = portal_with(portal, box)
    for who, status in (("ann", 403), ("gus", 403), (None, 401)):
        assert own.call("GET", SMTP, as_=who).status == status
        assert own.call("PUT", SMTP, json=server(box), as_=who).status == status
        assert own.call("POST", f"{SMTP}/test", as_=who).status == status
    assert box.is_empty


def test_test_of_the_mail_server_sends_an_email_to_the_caller(portal: Portal, box: Mailbox):
    own = portal_with(portal, box)
    answer = tried(own)
    assert (answer.status, answer.response) == (200, {"email": PEOPLE["root"].email})
    taken = box.next()
    assert (taken.sender, taken.recipients) == ("crm@example.com", [PEOPLE["root"].email])
    assert taken.message["From"] == "Our CRM <crm@example.com>"
    assert taken.message["To"] == f"Root <{PEOPLE['root'].email}>"
    assert "They work." in taken.text
    assert "They work." in taken.html


def test_what_a_try_answers_has_its_name_in_both_profiles_and_in_xml(portal: Portal, box: Mailbox):
    own, email = portal_with(portal, box), PEOPLE["root"].email
    for profile, name in (("live", "email"), ("documented", "Email")):
        for form, shown in (("application/json", f'"{name}":"{email}"'), ("text/xml", f"<{name}>")):
            accept = f"{form}; profile={profile}"
            answer = own.call("POST", f"{SMTP}/test", as_="root", accept=accept)
            assert answer.status == 200
            assert shown in answer.text


def test_email_is_in_the_language_of_the_portal(portal: Portal, box: Mailbox):
    ground = portal.ground
    database = ground.databases.copy(ground.template)
    run(database, "update portal set language = 'ru'")
    own = Portal(ground, database, {"smtp_ports": str(box.port)})
    try:
        assert own.call("PUT", SMTP, json=server(box), as_="root").status == 200
        assert tried(own).status == 200
    finally:
        own.close()
    assert box.next().message["Subject"] == "Dealwright может отправлять письма"


def test_starttls_and_signing_in(portal: Portal):
    with smtp_server.running(starttls=True, sign_in=True) as box:
        own = portal_with(
            portal,
            box,
            security="starttls",
            checkCertificate=False,
            user=smtp_server.USER,
            password=smtp_server.PASSWORD,
        )
        assert tried(own).status == 200
        assert box.next().was_encrypted


def test_tls_from_the_first_byte(portal: Portal):
    with smtp_server.running(tls=True) as box:
        own = portal_with(portal, box, security="tls", checkCertificate=False)
        assert tried(own).status == 200
        assert box.next().recipients == [PEOPLE["root"].email]


def test_untrusted_certificate_is_refused(portal: Portal):
    for kind in ("tls", "starttls"):
        with smtp_server.running(tls=kind == "tls", starttls=kind == "starttls") as box:
            own = portal_with(portal, box, security=kind)
            answer = tried(own)
            assert answer.status == 400
            assert "its certificate is not trusted" in answer.text
            assert box.is_empty


@pytest.mark.parametrize(
    ("changed", "payload"),
    [
        ({"security": "tls"}, "it does not speak TLS on this port"),
        ({"security": "starttls"}, "it does not offer STARTTLS"),
        ({"user": "crm", "password": "wrong"}, "it does not offer to sign in"),
    ],
)
def test_fault_of_the_mail_server_is_reported(
    portal: Portal, box: Mailbox, changed: dict[str, object], payload: str
):
    answer = tried(portal_with(portal, box, **changed))
    assert answer.status == 400
    assert payload in answer.text
    assert box.is_empty


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_refused_sign_in_is_reported(portal: Portal):
    with smtp_server.running(sign_in=True) as box:
        answer = tried(portal_with(portal, box, user=smtp_server.USER, password="wrong"))
    assert answer.status == 400
    assert "refused the user name or the password (code 535)" in answer.text
    assert "wrong" not in answer.text


def test_missing_mail_server_is_reported(portal: Portal):
    with smtp_server.running() as box:
        own = portal_with(portal, box)
    answer = tried(own)
    assert answer.status == 400
    assert f"127.0.0.1 port {box.port}: no server listens there" in answer.text


def test_refused_sender_is_reported_without_the_servers_text(portal: Portal, box: Mailbox):
    box.answers[PEOPLE["root"].email] = "550 internal.host.lan says secrets"
    answer = tried(portal_with(portal, box))
    assert answer.status == 400
    assert "(code 550)" in answer.text
    assert "internal" not in answer.text


def test_non_mail_server_is_reported_without_its_banner(portal: Portal):
    """A port of another service, as an intruder with an administrator's account would probe it."""
    with socketserver.TCPServer(("127.0.0.1", 0), Stranger) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        box = Mailbox()
        box.port = stranger.server_address[1]
        answer = tried(portal_with(portal, box))
        stranger.shutdown()
    assert answer.status == 400
    assert "it cannot be reached or does not speak SMTP" in answer.text
    assert "internal" not in answer.text


class Stranger(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"SSH-2.0-internal\r\n")


def test_a_port_that_was_not_allowed_is_refused(portal: Portal, box: Mailbox):
    answer = portal.fresh().call("PUT", SMTP, json=server(box), as_="root")
    assert answer.status == 400
    assert "port" in answer.text
    assert "--smtp-ports" in answer.text


def test_without_a_server_there_is_nothing_to_try(portal: Portal):
    answer = tried(portal.fresh())
    assert answer.status == 409
    assert "PUT crm/settings/smtp" in answer.text


def test_a_start_knows_whether_a_mail_server_is_set(portal: Portal, box: Mailbox):
    own = portal_with(portal, box)
    assert asyncio.run(app.prepare(own.settings)).sends_mail
    disconnected = own.call("PUT", SMTP, json={"host": ""}, as_="root")
    assert disconnected.status == 200
    assert not asyncio.run(app.prepare(own.settings)).sends_mail

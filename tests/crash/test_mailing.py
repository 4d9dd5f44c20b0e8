"""A server that is killed in the middle of a mailing repeats no e-mail and loses none."""

import asyncio
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from sqlalchemy import update

from dealwright.storage import schema
from tests import smtp_server
from tests.crash.process import serving
from tests.crm.mailings.test_sending import contact, finished, send
from tests.mail_portals import connect
from tests.making import stored
from tests.running import Portal


@pytest.fixture
def database(portal: Portal) -> Iterator[str]:
    address = portal.ground.databases.copy(portal.ground.template)
    yield address
    portal.ground.databases.drop(address)


def test_interrupted_email_is_reported_and_not_repeated(
    portal: Portal, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_server.running() as box:
        monkeypatch.setenv("DEALWRIGHT_SMTP_PORTS", str(box.port))
        is_dead, take = Event(), box.handle_DATA

        async def hold(server: Any, session: Any, envelope: Any) -> str:
            if envelope.rcpt_tos == ["b@example.com"]:
                await asyncio.get_running_loop().run_in_executor(None, is_dead.wait)
            return await take(server, session, envelope)

        box.handle_DATA = hold  # type: ignore[method-assign]
        with serving(portal.ground, database) as server:
            connect(server, box)
            send(server, *(contact(server, f"{name}@example.com") for name in "abc"))
            assert [box.named(), box.named()] == ["a@example.com", "b@example.com"]
            server.kill()
        is_dead.set()
        with serving(portal.ground, database) as server:
            jobs = schema.outbox
            lease_ends = update(jobs).where(jobs.c.kind == "mailing.send").values(due_on=0)
            assert len(stored(server, lease_ends.returning(jobs.c.id))) == 1
            shown = finished(server)
    assert box.named() == "c@example.com"
    assert box.asked.empty()
    assert shown["status"] == {"recipientCount": 3, "estimatedTime": 0, "deliveryCount": 2}
    text = "Broken off while it was sent: it may have arrived: b@example.com<br/>"
    assert shown["error"] == text

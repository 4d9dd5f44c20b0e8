"""E-mails of notifications, through a real mail server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.queue.worker import Worker
from tests import smtp_server
from tests.contract.scene import run
from tests.crm.trash import record_trees
from tests.mail_portals import Clocked, connect, stopped_portal
from tests.making import make_opportunity, make_person, stored
from tests.messages.feed.notifying import notify
from tests.running import PEOPLE, Portal
from tests.smtp_server import Mailbox

PUBLIC = "https://crm.example.com"
HOSTILE = [
    "A\r\nBcc: victim@example.com",
    "=?utf-8?q?A=0D=0ABcc=3A_victim=40example.com?=",
    '<img src=x onerror="alert(1)">&amp;',
    "{by} {0.__class__} %s {{ 7 * 7 }}",
]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server.running() as box:
        yield box


@pytest.fixture
def own(portal: Portal, box: Mailbox) -> Portal:
    own = portal.fresh(smtp_ports=str(box.port), public_url=PUBLIC)
    connect(own, box)
    return own


def waiting(portal: Portal) -> list[tuple[Any, ...]]:
    jobs = schema.outbox.c
    query = select(jobs.attempts, jobs.error).where(jobs.kind == "notification.letter")
    return stored(portal, query)


@contextmanager
def changed(portal: Portal, box: Mailbox, statement: str) -> Iterator[Portal]:
    """A portal whose database was changed before its server started."""
    ground = portal.ground
    database = ground.databases.copy(ground.template)
    run(database, statement)
    own = Portal(ground, database, {"smtp_ports": str(box.port), "timezone": "Europe/Moscow"})
    try:
        connect(own, box)
        yield own
    finally:
        own.close()


def settled(portal: Portal) -> None:
    """Waits until no e-mail waits."""
    end = time.monotonic() + 30
    while waiting(portal):
        assert time.monotonic() < end, waiting(portal)
        time.sleep(0.02)


def test_new_responsible_user_gets_an_email(own: Portal, box: Mailbox):
    deal = make_opportunity(
        own, title="Каталог <b>&</b>", responsibleid=own.id_of("bob"), isNotify=True
    )
    taken = box.next()
    assert taken.recipients == [PEOPLE["bob"].email]
    letter = taken.message
    assert letter["Subject"] == "You are responsible: Каталог <b>&</b>"
    assert letter["To"] == f"Bob Baker <{PEOPLE['bob'].email}>"
    assert letter["Auto-Submitted"] == "auto-generated"
    page = f"{PUBLIC}/Products/CRM/Deals.aspx?id={deal}"
    for part in (
        "Ann Archer made you responsible for this.",
        "Opportunity: Каталог <b>&</b>",
        page,
    ):
        assert part in taken.text
    assert "Каталог &lt;b&gt;&amp;&lt;/b&gt;" in taken.html
    assert f'href="{page}"' in taken.html
    settled(own)


def test_each_user_who_gets_access_gets_an_email(own: Portal, box: Mailbox):
    listed = [own.id_of(name) for name in ("bob", "cid")]
    make_opportunity(own, title="Secret", isPrivate=True, accessList=listed, isNotify=True)
    taken = {box.next().recipients[0] for _ in listed}
    assert taken == {PEOPLE["bob"].email, PEOPLE["cid"].email}


def test_without_is_notify_it_stands_in_the_feed_alone(own: Portal, box: Mailbox):
    make_opportunity(own, responsibleid=own.id_of("bob"))
    assert waiting(own) == []
    assert own.call("GET", "crm/notifications", as_="bob").json["total"] == 1
    assert box.is_empty


def test_user_named_in_an_event_gets_an_email_with_its_text(own: Portal, box: Mailbox):
    contact = make_person(own)
    category = own.call("GET", "crm/history/category").response[0]["id"]
    payload = {"contactId": contact, "categoryId": category, "content": "Met.\n<b>Call</b> back!"}
    people = [own.id_of("bob"), own.id_of("ann")]
    answer = own.call("POST", "crm/history", json={**payload, "notifyUserList": people})
    assert answer.status == 201, answer.text
    taken = box.next()
    assert taken.recipients == [PEOPLE["bob"].email]
    assert taken.message["Subject"] == "For your attention: Met."
    assert "Met.\n<b>Call</b> back!" in taken.text
    assert "&lt;b&gt;Call&lt;/b&gt; back!" in taken.html
    assert f"{PUBLIC}/Products/CRM/Default.aspx?id={contact}" in taken.text
    settled(own)
    assert box.is_empty


def test_email_about_a_hidden_record_is_not_sent(own: Portal, box: Mailbox):
    hidden = make_opportunity(own, title="Hidden", isPrivate=True)
    gone = make_opportunity(own, title="Gone")
    assert own.call("DELETE", f"crm/opportunity/{gone}").status == 200
    for each in (hidden, gone, 1_000_000):
        notify(own, "mentioned", "cid", about="opportunity", entity_id=each)
    settled(own)
    assert box.is_empty


def test_without_a_mail_server_nothing_waits_to_be_sent(portal: Portal):
    own = portal.fresh()
    make_opportunity(own, responsibleid=own.id_of("bob"), isNotify=True)
    settled(own)
    assert own.call("GET", "crm/notifications", as_="bob").json["total"] == 1


def test_every_kind_has_an_email_in_every_language(portal: Portal, box: Mailbox):
    with changed(portal, box, "update portal set language = 'ru'") as own:
        for language, expected in LETTERS.items():
            person = own.id_of("bob")
            stored(own, schema.person_profile.delete().returning(schema.person_profile.c.person_id))
            if language == "en":
                profile = {"person_id": person, "language": "en-US"}
                values = schema.person_profile.insert().values(profile)
                stored(own, values.returning(schema.person_profile.c.person_id))
            deal = make_opportunity(own, title="Stühle")
            contact = make_person(own, firstName="Olga", lastName="Orlova")
            task = record_trees.task(own, "Call Olga", "bob", deadline=1_700_000_000_000_000)
            event = record_trees.event(own, "Met Olga.\nShe said yes.", contact_id=contact)
            case = record_trees.case(own, "Move")
            for kind, about, entity_id in (
                ("responsible", "opportunity", deal),
                ("access", "case", case),
                ("mentioned", "event", event),
                ("task_due", "task", task),
                ("import_finished", "import", None),
            ):
                notify(own, kind, "bob", about=about, entity_id=entity_id, payload={"failed": 3})
                taken = box.next()
                subject, *parts = expected[kind]
                assert taken.message["Subject"] == subject
                for part in parts:
                    assert part in taken.text
                assert f'lang="{language}"' in taken.html


LETTERS = {
    "ru": {
        "responsible": ("Вы ответственный: Stühle", "Сделка: Stühle", "Портал назначает"),
        "access": ("Вам открыт доступ: Move", "Мероприятие: Move", "Cases.aspx?id="),
        "mentioned": (
            "К вашему сведению: Met Olga.",
            "Met Olga.\nShe said yes.",
            "/Products/CRM/Default.aspx?id=",
        ),
        "task_due": ("Пора выполнить задачу: Call Olga", "Срок: 15.11.2023 01:13"),
        "import_finished": ("Импорт завершён", "Не удалось: 3"),
    },
    "en": {
        "responsible": ("You are responsible: Stühle", "Opportunity: Stühle", "The portal made"),
        "access": ("Shared with you: Move", "Case: Move"),
        "mentioned": ("For your attention: Met Olga.", "Met Olga.\nShe said yes."),
        "task_due": ("Task due: Call Olga", "Due: 2023-11-15 01:13"),
        "import_finished": ("Your import has finished", "Failed: 3"),
    },
}


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_becomes_a_header_or_a_tag(own: Portal, box: Mailbox, title: str):
    make_opportunity(own, title=title, responsibleid=own.id_of("bob"), isNotify=True)
    taken = box.next()
    assert taken.recipients == [PEOPLE["bob"].email]
    assert taken.message["Bcc"] is None
    assert len(taken.message["Subject"].splitlines()) == 1
    assert "<img" not in taken.html
    assert "49" not in taken.html


def test_email_rejected_by_the_server_is_not_retried(own: Portal, box: Mailbox):
    box.answers[PEOPLE["bob"].email] = "550 no such user here"
    make_opportunity(own, responsibleid=own.id_of("bob"), isNotify=True)
    assert box.named() == PEOPLE["bob"].email
    settled(own)
    told_in_log = [line for line in own.log if line.get("event") == "letter refused"]
    assert "code 550" in str(told_in_log[-1])
    assert "no such user" not in str(told_in_log[-1])


@pytest.fixture
def clocked(portal: Portal, box: Mailbox) -> Iterator[Clocked]:
    with stopped_portal(portal, box) as found:
        yield found


def test_email_deferred_by_the_server_is_retried(clocked: Clocked, box: Mailbox):
    own = clocked.portal
    box.answers[PEOPLE["bob"].email] = "451 later"
    notify(own, "task_due", "bob", about="task", entity_id=record_trees.task(own, "Ring", "bob"))

    async def scene(worker: Worker) -> None:
        assert await worker.round() == 1
        assert await worker.round() == 0
        box.answers.clear()
        clocked.now += 10_000_000
        assert await worker.round() == 1

    clocked.play(scene)
    assert box.next().recipients == [PEOPLE["bob"].email]
    assert waiting(own) == []


def test_choice_made_before_the_email_is_sent_applies(clocked: Clocked, box: Mailbox):
    own = clocked.portal
    notify(own, "task_due", "bob", about="task", entity_id=record_trees.task(own, "Ring", "bob"))
    choice = {"person_id": own.id_of("bob"), "kind": "task_due", "in_app": True, "by_mail": False}
    table = schema.notification_choice
    stored(own, table.insert().values(choice).returning(table.c.kind))

    async def scene(worker: Worker) -> None:
        assert await worker.round() == 1

    clocked.play(scene)
    assert waiting(own) == []
    assert box.is_empty


def test_repeated_email_keeps_its_message_id(own: Portal, box: Mailbox):
    """Mail programs show two e-mails with one id as one."""
    make_opportunity(own, responsibleid=own.id_of("bob"), isNotify=True)
    first = box.next().message["Message-ID"]
    make_opportunity(own, responsibleid=own.id_of("bob"), isNotify=True)
    assert box.next().message["Message-ID"] != first
    assert first.startswith("<notification.")
    assert first.endswith("@example.com>")


def test_account_without_mailbox_gets_no_email(portal: Portal, box: Mailbox):
    strange = "update person set email = 'bob smith' where first_name = 'Bob'"
    with changed(portal, box, strange) as own:
        notify(own, "access", "bob", about="opportunity", entity_id=make_opportunity(own))
        settled(own)
    assert box.is_empty

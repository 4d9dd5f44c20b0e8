"""Mailings through a real mail server."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from html import unescape
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from dealwright import app
from dealwright.crm.mailings import emails
from dealwright.crm.mailings.rules import ATTEMPTS, LATER, LONGEST, PAUSE, State
from dealwright.messages.mail.actions import change
from dealwright.messages.mail.rules import Security, Smtp
from dealwright.storage import schema
from dealwright.storage.queue import worker as workers
from dealwright.storage.queue.worker import LEASE, SECOND, Worker
from tests import smtp_server
from tests.contract.reading import outline_of_xml, xml_of
from tests.crm.contacts.info.making import add
from tests.crm.files.making import upload
from tests.mail_portals import NOBODY_THERE, Clocked, connect, stopped_portal
from tests.making import at_once, make_person, stored
from tests.running import PEOPLE, Answer, Portal
from tests.smtp_server import Mailbox

MAIL = "crm/contact/mailsmtp"
PUBLIC = "https://crm.example.com"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server.running() as box:
        yield box


@pytest.fixture
def own(portal: Portal, box: Mailbox) -> Portal:
    own = portal.fresh(smtp_ports=str(box.port), public_url=PUBLIC)
    connect(own, box)
    return own


def contact(portal: Portal, email: str, as_: str = "ann", **inputs: object) -> int:
    made = make_person(portal, as_, **inputs)
    if email:
        add(portal, made, as_=as_, data=email, isPrimary=True)
    return made


def send(portal: Portal, *ids: int, as_: str = "ann", **inputs: object) -> Answer:
    payload = {"contactIds": ids, "subject": "News", "body": "<p>Hello</p>", **inputs}
    return portal.call("POST", f"{MAIL}/send", json=payload, as_=as_)


def status(portal: Portal, as_: str = "ann") -> Any:
    return portal.call("GET", f"{MAIL}/status", as_=as_).response


def finished(portal: Portal, as_: str = "ann") -> Any:
    end = time.monotonic() + 30
    while not (shown := status(portal, as_))["isCompleted"]:
        assert time.monotonic() < end, shown
        time.sleep(0.02)
    return shown


def test_each_contact_gets_its_own_email(own: Portal, box: Mailbox):
    ids = [
        contact(own, "olga@example.com", firstName="Olga", lastName="Orlova"),
        contact(own, "pat@example.com", firstName="Pat <b>", lastName="Smith"),
    ]
    answer = send(own, *ids, body="<p>Dear $(Person.First Name),<br>news!</p>")
    assert answer.status == 201, answer.text
    assert answer.response["status"]["recipientCount"] == 2
    taken = {each.recipients[0]: each for each in (box.next(), box.next())}
    olga, pat = taken["olga@example.com"], taken["pat@example.com"]
    assert olga.message["To"] == "Olga Orlova <olga@example.com>"
    assert olga.message["Subject"] == "News"
    assert olga.message["Auto-Submitted"] == "auto-generated"
    assert olga.text.startswith("Dear Olga,\nnews!\n")
    assert "Dear Pat &lt;b&gt;,<br>news!" in pat.html
    assert finished(own) == {
        "id": answer.response["id"],
        "status": {"recipientCount": 2, "estimatedTime": 0, "deliveryCount": 2},
        "error": "",
        "percentage": 100,
        "isCompleted": True,
    }


def test_only_contacts_that_the_sender_sees_get_an_email(own: Portal, box: Mailbox):
    hidden = contact(own, "hidden@example.com", as_="bob", shareType=0)
    gone = contact(own, "gone@example.com")
    assert own.call("DELETE", f"crm/contact/{gone}").status == 200
    seen = contact(own, "seen@example.com")
    answer = send(own, hidden, gone, seen, 1_000_000)
    assert answer.response["status"]["recipientCount"] == 1
    assert box.next().recipients == ["seen@example.com"]
    finished(own)
    assert box.is_empty
    assert send(own, hidden, gone).status == 400


def test_contact_without_a_valid_address_is_reported_and_the_others_get_theirs(
    own: Portal, box: Mailbox
):
    ids = [contact(own, each) for each in ("", "<i>nobody", "twin@example.com", "Twin@example.com")]
    send(own, *ids)
    assert box.next().recipients == ["twin@example.com"]
    shown = finished(own)
    assert shown["status"] == {"recipientCount": 4, "estimatedTime": 0, "deliveryCount": 1}
    assert shown["error"] == "Invalid email address: &lt;i&gt;nobody<br/>"


def test_user_has_one_mailing_at_a_time(portal: Portal, box: Mailbox):
    box.data_answer = "451 not now"
    own = portal.fresh(smtp_ports=str(box.port))
    connect(own, box)
    ids = [contact(own, "a@example.com"), contact(own, "b@example.com", as_="bob")]
    assert send(own, ids[0]).status == 201
    again = send(own, ids[0])
    assert again.status == 409
    assert "still being sent" in again.text
    assert send(own, ids[1], as_="bob").status == 201
    before = own.call("PUT", f"{MAIL}/cancel").response
    assert before["isCompleted"] is False
    assert status(own)["isCompleted"] is True
    assert own.call("PUT", f"{MAIL}/cancel").response == {}
    assert send(own, ids[0]).status == 201


def test_of_two_simultaneous_mailings_one_starts(portal: Portal, box: Mailbox):
    box.data_answer = "451 not now"
    own = portal.fresh(smtp_ports=str(box.port))
    connect(own, box)
    made = contact(own, "a@example.com")
    answers = at_once(*[lambda: send(own, made)] * 4)
    assert sorted(each.status for each in answers) == [201, 409, 409, 409]


@pytest.fixture
def gate(box: Mailbox) -> Iterator[Event]:
    """While it is closed, the mail server holds the email that it has."""
    found, take = Event(), box.handle_DATA

    async def hold(server: Any, session: Any, envelope: Any) -> str:
        await asyncio.get_running_loop().run_in_executor(None, found.wait)
        return await take(server, session, envelope)

    box.handle_DATA = hold  # type: ignore[method-assign]
    yield found
    found.set()


def test_after_a_cancel_only_the_email_being_sent_arrives(own: Portal, box: Mailbox, gate: Event):
    ids = [contact(own, f"{name}@example.com") for name in "abc"]
    send(own, *ids)
    assert box.named() == "a@example.com"
    assert own.call("PUT", f"{MAIL}/cancel").status == 200
    gate.set()
    assert box.next().recipients == ["a@example.com"]
    while status(own)["status"]["deliveryCount"] == 0:
        time.sleep(0.02)
    assert not work_left(own)
    assert box.is_empty
    assert status(own)["status"] == {"recipientCount": 3, "estimatedTime": 0, "deliveryCount": 1}


def test_contact_that_unsubscribes_meanwhile_gets_no_email(own: Portal, box: Mailbox, gate: Event):
    send(own, *(contact(own, f"{name}@example.com") for name in "ab"))
    assert box.named() == "a@example.com"
    refusal = schema.mail_refusal
    row = refusal.insert().values(email_key="b@example.com", created_on=0)
    stored(own, row.returning(refusal.c.email_key))
    gate.set()
    assert box.next().recipients == ["a@example.com"]
    shown = finished(own)
    assert shown["status"]["deliveryCount"] == 1
    assert "Unsubscribed: b@example.com" in shown["error"]
    assert box.is_empty


def work_left(portal: Portal) -> bool:
    """Whether a mailing still runs after it had time to stop."""
    end = time.monotonic() + 30
    jobs = schema.outbox.c
    query = select(jobs.id).where(jobs.kind == "mailing.send")
    while (left := bool(stored(portal, query))) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def test_other_users_cannot_see_or_stop_a_mailing(own: Portal):
    contact(own, "a@example.com")
    send(own, contact(own, "a@example.com"))
    finished(own)
    for who in ("bob", "root"):
        assert status(own, who) == {}
        assert own.call("PUT", f"{MAIL}/cancel", as_=who).response == {}


def test_mailing_needs_a_mail_server(portal: Portal):
    own = portal.fresh()
    answer = send(own, contact(own, "a@example.com"))
    assert answer.status == 409
    assert "PUT crm/settings/smtp" in answer.text


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"contactIds": []}, "contactIds"),
        ({"contactIds": [*range(1, 1002)]}, "contactIds"),
        ({"subject": ""}, "subject"),
        ({"body": " "}, "body"),
        ({"fileIDs": [1_000_000]}, "fileIDs"),
    ],
)
def test_bad_values_are_refused_with_the_parameter(
    portal: Portal, inputs: dict[str, object], named: str
):
    answer = send(portal, 1, **inputs)
    assert answer.status == 400
    assert named in answer.text


def test_history_records_each_delivered_email_with_its_files(own: Portal, box: Mailbox):
    made = contact(own, "a@example.com")
    refused = contact(own, "refused@example.com")
    box.answers["refused@example.com"] = "550 no"
    file = upload(own, f"contact/{made}", "plan.txt", b"a plan")
    send(own, made, refused, subject='A "plan"', storeInHistory=True, fileIDs=[file["id"]])
    letter = box.next().message
    (found,) = letter.iter_attachments()
    assert (found.get_filename(), found.get_payload(decode=True)) == ("plan.txt", b"a plan")
    assert "code 550" in finished(own)["error"]
    events = own.call("GET", f"crm/history/filter?entityType=contact&entityId={made}").response
    written = [each for each in events if each["content"] == 'Mass mail: "A "plan""']
    assert [each["category"]["title"] for each in written] == ["Email"]
    assert [each["files"][0]["id"] for each in written] == [file["id"]]
    other = own.call("GET", f"crm/history/filter?entityType=contact&entityId={refused}").response
    assert other == []


def test_unsubscribed_address_gets_no_more_emails(own: Portal, box: Mailbox):
    made = contact(own, "Olga@example.com")
    send(own, made)
    taken = box.next()
    link = taken.message["List-Unsubscribe"].strip("<>")
    assert taken.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith(f"{PUBLIC}/unsubscribe?token=")
    assert link in taken.text
    assert link in unescape(taken.html)
    finished(own)
    parts = urlsplit(link)
    address = f"{parts.path}?{parts.query}"
    answer = own.call("GET", address, as_=None)
    assert answer.status == 200
    assert "Olga@example.com" in answer.text
    send(own, made)
    box.next()  # a GET changes nothing
    finished(own)
    body = "List-Unsubscribe=One-Click"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        done = own.call("POST", address, body=body, headers=form, as_=None)
        assert done.status == 200
    assert "no more mailings" in done.text
    send(own, made)
    shown = finished(own)
    assert shown["status"]["deliveryCount"] == 0
    assert "Unsubscribed: Olga@example.com" in shown["error"]
    assert box.is_empty


def test_forged_link_unsubscribes_nobody(portal: Portal):
    for token in ("", "x", "b2xnYQ.123", "%00", "b2xnYQ" * 1000):
        for method in ("GET", "POST"):
            answer = portal.call(method, f"/unsubscribe?token={token}", as_=None)
            assert answer.status == 400
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_preview_shows_the_email_of_one_contact(portal: Portal):
    made = make_person(portal, firstName="Olga", lastName="<Orlova>")
    payload = {"template": "<p>$(Person.Last Name)</p><script>x</script>", "contactId": made}
    answer = portal.call("POST", f"{MAIL}/preview", json=payload)
    assert (answer.status, answer.response) == (201, "<p>&lt;Orlova&gt;</p>")
    for wrong, named in (({"template": ""}, "template"), ({"contactId": 0}, "contactId")):
        refused = portal.call("POST", f"{MAIL}/preview", json={**payload, **wrong})
        assert refused.status == 400
        assert named in refused.text


def test_html_is_cleaned_beside_the_event_loop(
    own: Portal, box: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    beside: list[bool] = []
    clean = emails.clean

    def watched(body: str) -> str:
        beside.append(not has_event_loop())
        return clean(body)

    monkeypatch.setattr(emails, "clean", watched)
    made = contact(own, "olga@example.com")
    payload = {"template": "<p>Hello</p>", "contactId": made}
    assert own.call("POST", f"{MAIL}/preview", json=payload).response == "<p>Hello</p>"
    send(own, made)
    box.next()
    finished(own)
    assert beside == [True, True]


def has_event_loop() -> bool:
    """Whether the calling thread runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_preview_of_a_hidden_contact_is_refused(portal: Portal):
    hidden = make_person(portal, shareType=0)
    payload = {"template": "$(Person.First Name)", "contactId": hidden}
    assert portal.call("POST", f"{MAIL}/preview", json=payload, as_="cid").status == 400


def test_company_and_custom_values_are_filled_in(portal: Portal):
    field = portal.call(
        "POST", "crm/contact/customfield", as_="root",
        json={"label": "Shoe size", "fieldType": 0, "position": 1, "mask": "{\"size\": 40}"},
    ).response["id"]  # fmt: skip
    firm = portal.call(
        "POST", "crm/contact/company", json={"companyName": "Acme", "shareType": 1}
    ).response["id"]
    made = make_person(
        portal, companyId=firm, customFieldList=[{"key": field, "value": "44"}], jobTitle="Baker"
    )
    address = {"street": "Ring 1", "city": "Köln"}
    posted = portal.call(
        "POST", f"crm/contact/{made}/addressdata",
        json={"category": "Work", "isPrimary": True, "address": address},
    )  # fmt: skip
    assert posted.status in (200, 201), posted.text
    template = (
        "$(Person.Job Title)|$(Person.Company Name)|$(Person.Shoe size)|$(Person.Address City)"
        "|$(Person.Skype)|$(Company.Company Name)"
    )
    payload = {"template": template, "contactId": made}
    filled = portal.call("POST", f"{MAIL}/preview", json=payload).response
    assert filled == "Baker|Acme|44|Köln||"
    payload = {"template": "$(Company.Company Name)|$(Person.First Name)", "contactId": firm}
    assert portal.call("POST", f"{MAIL}/preview", json=payload).response == "Acme|"


def test_subject_is_filled_in_for_each_contact_and_in_its_history(own: Portal, box: Mailbox):
    made = contact(own, "anna@example.com", firstName="Анна & Co", lastName="Петрова")
    subject = "Предложение для $(Person.First Name) $(Person.Last Name) на оборудование цеха № 5"
    send(own, made, subject=subject, storeInHistory=True)
    expected = "Предложение для Анна & Co Петрова на оборудование цеха № 5"
    assert box.next().message["Subject"] == expected
    events = f"crm/history/filter?entityType=contact&entityId={made}"
    finished(own)
    assert expected in own.call("GET", events).response[0]["content"]


def test_unknown_placeholder_gets_400_and_nothing_is_sent(own: Portal, box: Mailbox):
    made = contact(own, "bo@example.com")
    for wrong in ({"subject": "To $(Person.Shoe)"}, {"body": "<p>$(Firm.Name)</p>"}):
        payload = {"contactIds": [made], "subject": "s", "body": "b", **wrong}
        refused = own.call("POST", f"{MAIL}/send", json=payload)
        assert refused.status == 400
        assert f"{next(iter(wrong))} must not hold the unknown placeholder $(" in refused.text
    assert own.call("GET", f"{MAIL}/status").response == {}


def test_text_of_a_contact_cannot_become_a_header(own: Portal, box: Mailbox):
    made = contact(own, "a@example.com", firstName="A\r\nBcc: victim@example.com")
    send(own, made, subject="=?utf-8?q?A=0D=0ABcc=3A_victim=40example.com?=\r\nX-Y: z")
    letter = box.next().message
    assert (letter["Bcc"], letter["X-Y"]) == (None, None)
    assert [each.addr_spec for each in letter["To"].addresses] == ["a@example.com"]


# ------------------------------------------------------------------------------- at most once


@pytest.fixture
def clocked(portal: Portal, box: Mailbox) -> Iterator[Clocked]:
    def prepare(own: Portal) -> None:
        # The mail server answers no one until the portal has stopped.
        for name in ("a", "b", "c"):
            contact(own, f"{name}@example.com")
        disconnect = own.call("PUT", "crm/settings/smtp", json={"host": ""}, as_="root")
        assert disconnect.status == 200

    with stopped_portal(portal, box, prepare) as found:
        yield found


def begun(clocked: Clocked) -> None:
    """A mailing to all contacts, written straight into the tables."""
    own, m, r = clocked.portal, schema.mailing, schema.mailing_recipient
    row = {"subject": "News", "body": "Hello", "created_by": own.id_of("ann"), "created_on": 0}
    ((id,),) = stored(own, m.insert().values(row).returning(m.c.id))
    for contact_id, name in enumerate("abc", start=1):
        to = {"contact_id": contact_id, "email": f"{name}@example.com", "state": "waiting"}
        stored(own, r.insert().values(mailing_id=id, **to).returning(r.c.contact_id))
    job = {"kind": "mailing.send", "entity_id": id, "payload": "{}", "created_on": 0, "due_on": 0}
    o = schema.outbox
    stored(own, o.insert().values(job).returning(o.c.id))


def reconnect(clocked: Clocked, port: int) -> None:
    wished = Smtp(
        host="127.0.0.1", port=port, security=Security.NONE, sender_address="crm@example.com"
    )
    asyncio.run(
        app.offline(clocked.portal.settings, partial(change, requested=wished, password=None))
    )


def states(clocked: Clocked) -> list[str]:
    r = schema.mailing_recipient.c
    return [row[0] for row in stored(clocked.portal, select(r.state).order_by(r.contact_id))]


def test_email_in_progress_when_the_server_died_is_not_sent_again(clocked: Clocked, box: Mailbox):
    begun(clocked)
    reconnect(clocked, box.port)
    r = schema.mailing_recipient
    taken = update(r).where(r.c.contact_id == 2).values(state="sending", attempts=1)
    assert len(stored(clocked.portal, taken.returning(r.c.contact_id))) == 1

    async def scene(worker: Worker) -> None:
        assert await worker.round() == 1

    clocked.play(scene)
    assert {box.next().recipients[0] for _ in range(2)} == {"a@example.com", "c@example.com"}
    assert box.is_empty
    assert states(clocked) == [State.SENT, State.FAILED, State.SENT]


def test_two_jobs_on_one_mailing_send_no_email_twice(clocked: Clocked, box: Mailbox):
    """As when a job is repeated while its first run still works."""
    begun(clocked)
    reconnect(clocked, box.port)
    o = schema.outbox
    again = {"kind": "mailing.send", "entity_id": 1, "payload": "{}", "created_on": 0, "due_on": 0}
    stored(clocked.portal, o.insert().values(again).returning(o.c.id))

    async def scene(worker: Worker) -> None:
        assert await worker.round() == 2

    clocked.play(scene)
    named = []
    while not box.asked.empty():
        named.append(box.asked.get())
    assert sorted(named) == ["a@example.com", "b@example.com", "c@example.com"]


def test_broken_connection_sends_no_email_twice(clocked: Clocked, box: Mailbox):
    """Whatever happens to the SMTP session after the email was sent."""
    begun(clocked)
    reconnect(clocked, box.port)
    box.drops_after.add("b@example.com")

    async def scene(worker: Worker) -> None:
        for _ in range(4):
            await worker.round()
            clocked.now += LEASE

    clocked.play(scene)
    named = []
    while not box.asked.empty():
        named.append(box.asked.get())
    assert sorted(named) == ["a@example.com", "b@example.com", "c@example.com"]
    assert states(clocked) == [State.SENT, State.FAILED, State.SENT]


def test_temporary_refusal_is_retried_a_limited_number_of_times(clocked: Clocked, box: Mailbox):
    begun(clocked)
    reconnect(clocked, box.port)
    box.answers["b@example.com"] = "451 later"

    async def scene(worker: Worker) -> None:
        for _ in range(ATTEMPTS):
            assert await worker.round() == 1
            assert await worker.round() == 0
            clocked.now += max(LATER, PAUSE)
        assert await worker.round() == 0

    clocked.play(scene)
    assert [box.next().recipients[0] for _ in range(2)] == ["a@example.com", "c@example.com"]
    assert states(clocked) == [State.SENT, State.FAILED, State.SENT]


def test_unreachable_mail_server_loses_no_email(clocked: Clocked, box: Mailbox):
    begun(clocked)
    reconnect(clocked, NOBODY_THERE)

    async def away(worker: Worker) -> None:
        assert await worker.round() == 1

    clocked.play(away)
    m = schema.mailing.c
    assert "no server listens there" in stored(clocked.portal, select(m.error))[0][0]
    assert states(clocked) == [State.WAITING] * 3
    reconnect(clocked, box.port)
    clocked.now += LEASE
    clocked.play(away)
    assert states(clocked) == [State.SENT] * 3


def test_mail_server_that_stays_unreachable_ends_a_mailing(clocked: Clocked, box: Mailbox):
    begun(clocked)
    reconnect(clocked, NOBODY_THERE)

    async def scene(worker: Worker) -> None:
        for _ in range(workers.ATTEMPTS):
            assert await worker.round() == 1
            clocked.now += 6 * 3600 * SECOND
        assert await worker.round() == 0

    clocked.play(scene)
    assert states(clocked) == [State.SKIPPED] * 3
    m = schema.mailing.c
    assert stored(clocked.portal, select(m.finished_on))[0][0] is not None


def test_long_mailing_uses_several_sessions(clocked: Clocked, box: Mailbox):
    begun(clocked)
    reconnect(clocked, box.port)

    async def scene(worker: Worker) -> None:
        handle, worker_clock = box.handle_DATA, clocked

        async def slow(server: Any, session: Any, envelope: Any) -> str:
            worker_clock.now += LONGEST
            return await handle(server, session, envelope)

        box.handle_DATA = slow  # type: ignore[method-assign]
        assert await worker.round() == 1

    clocked.play(scene)
    assert states(clocked) == [State.SENT, State.SENT, State.WAITING]
    clocked.play(scene)
    assert states(clocked) == [State.SENT] * 3


def test_mailing_ends_when_its_sender_may_not_send_any_more(clocked: Clocked, box: Mailbox):
    begun(clocked)

    async def scene(worker: Worker) -> None:
        assert await worker.round() == 1
        assert await worker.round() == 0

    clocked.play(scene)  # no mail server is configured
    assert states(clocked) == [State.SKIPPED] * 3
    m = schema.mailing.c
    assert stored(clocked.portal, select(m.finished_on))[0][0] is not None
    assert PEOPLE["ann"].email not in str(stored(clocked.portal, select(m.error)))


def test_progress_has_its_names_in_both_profiles_and_in_xml(own: Portal, box: Mailbox):
    someone = contact(own, "a@example.com")
    payload = {"contactIds": [someone], "subject": "News", "body": "<p>Hello</p>"}
    for profile, name in (("live", "percentage"), ("documented", "Percentage")):
        for form, found in (("application/json", f'"{name}":'), ("text/xml", f"<{name}>")):
            accept = f"{form}; profile={profile}"
            begun = own.call("POST", f"{MAIL}/send", json=payload, accept=accept)
            assert (begun.status, found in begun.text) == (201, True)
            finished(own)
    path = f"{MAIL}/status"
    documented = own.call("GET", path, accept="application/json; profile=documented").json
    live = own.call("GET", path).response
    inner = ["recipientCount", "estimatedTime", "deliveryCount"]
    assert [*live] == ["id", "status", "error", "percentage", "isCompleted"]
    assert [*live["status"]] == inner
    shown = documented["response"]
    assert [*shown] == ["id", "Status", "Error", "Percentage", "IsCompleted"]
    assert [*shown["Status"]] == [f"{name[0].upper()}{name[1:]}" for name in inner]
    for profile, answer in (("live", {"response": live}), ("documented", documented)):
        xml = own.call("GET", path, accept=f"text/xml; profile={profile}")
        printed = outline_of_xml(xml_of(answer, documented=profile == "documented"))
        assert dict(outline_of_xml(xml.text))["response"] == dict(printed)["response"]

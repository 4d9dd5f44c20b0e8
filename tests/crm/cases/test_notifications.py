"""Who gets a notification when an opportunity or a case is shared with them, or assigned to
them."""

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests import smtp_server
from tests.crm.cases.making import make_case
from tests.mail_portals import connect
from tests.making import make_opportunity, stored

MAKE = {"case": make_case, "opportunity": make_opportunity}
IDS = {"case": "casesid", "opportunity": "opportunityid"}


@pytest.fixture(params=MAKE)
def kind(request):
    return request.param


def recipients(portal, kind, record, why="access"):
    """The names of those who got a notification about a record, once for each notification."""
    n = schema.notification
    rows = select(n.c.person_id, n.c.caused_by).where(
        n.c.entity_type == kind, n.c.entity_id == record, n.c.kind == why
    )
    names = {portal.id_of(name): name for name in ("ann", "bob", "cid", "root")}
    return sorted(names[person] for person, _ in stored(portal, rows.order_by(n.c.id)))


def test_users_on_the_list_of_a_new_record_are_notified_on_request(portal, kind):
    lists = {"isPrivate": True, "accessList": [portal.id_of("ann"), portal.id_of("bob")]}
    assert recipients(portal, kind, MAKE[kind](portal, **lists, isNotify=True)) == ["bob"]
    assert recipients(portal, kind, MAKE[kind](portal, **lists)) == []
    assert recipients(portal, kind, MAKE[kind](portal, isNotify=True)) == []


def test_notification_is_sent_by_email_too(portal, kind):
    with smtp_server.running() as box:
        own = portal.fresh(smtp_ports=str(box.port))
        connect(own, box)
        lists = {"isPrivate": True, "accessList": [own.id_of("bob")]}
        MAKE[kind](own, **lists, title="Roof of the barn", isNotify=True)
        letter = box.next()
    assert letter.recipients == ["bob@example.com"]
    assert "Roof of the barn" in letter.text


def test_new_users_on_a_list_are_notified_once(portal, kind):
    record_id = MAKE[kind](portal, isPrivate=True)
    path = f"crm/{kind}/{record_id}/access"
    for people, expected in (
        (["bob"], ["bob"]),
        (["bob", "cid"], ["bob", "cid"]),
        (["cid"], ["bob", "cid"]),
    ):
        sent = {"isPrivate": True, "accessList": [portal.id_of(each) for each in people]}
        assert portal.call("PUT", path, json=sent).status == 200
        assert recipients(portal, kind, record_id) == expected


def test_new_users_on_many_lists_are_notified_of_each_record(portal, kind):
    first, second = MAKE[kind](portal), MAKE[kind](portal, isPrivate=True)
    bob = portal.id_of("bob")
    sent = {IDS[kind]: [first, second], "isPrivate": True, "accessList": [bob]}
    for _ in range(2):
        assert portal.call("PUT", f"crm/{kind}/access", json=sent).status == 200
        assert [recipients(portal, kind, each) for each in (first, second)] == [["bob"], ["bob"]]


def test_new_responsible_user_is_notified_unless_they_did_it_themselves(portal):
    record_id = make_opportunity(portal, responsibleid=portal.id_of("bob"))
    assert recipients(portal, "opportunity", record_id, "responsible") == ["bob"]
    sent = {"title": "x", "stageid": 1, "bidCurrencyAbbr": "EUR"}
    for name, expected in (("bob", ["bob"]), ("cid", ["bob", "cid"]), ("ann", ["bob", "cid"])):
        payload = sent | {"responsibleid": portal.id_of(name)}
        assert portal.call("PUT", f"crm/opportunity/{record_id}", json=payload).status == 200
        assert recipients(portal, "opportunity", record_id, "responsible") == expected

"""The feed: read and unread notifications, pages, and choices."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import select, update

from dealwright import app
from dealwright.messages.notifications.actions import forget_old
from dealwright.storage import schema
from dealwright.work import Work
from tests.crm.opportunities.test_statements import Counting
from tests.making import make_opportunity, stored
from tests.messages.feed.notifying import notify
from tests.running import Portal

FEED = "crm/notifications"


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def feed(portal: Portal, text: str = "", as_: str = "bob") -> Any:
    answer = portal.call("GET", f"{FEED}{text}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def total(portal: Portal, text: str = "?count=0", as_: str = "bob") -> int:
    counted: int = portal.call("GET", f"{FEED}{text}", as_=as_).json["total"]
    return counted


def test_notification_of_new_responsible_user_names_author_and_record(own: Portal):
    deal = make_opportunity(own, title="Catalogue", responsibleid=own.id_of("bob"))
    assert (total(own), total(own, "?isRead=false&count=0")) == (1, 1)
    (shown,) = feed(own)
    assert [*shown] == [
        *("id", "kind", "entityType", "entityId", "title", "by", "created", "isRead"),
    ]
    assert (shown["kind"], shown["entityType"]) == ("responsible", "opportunity")
    assert (shown["entityId"], shown["title"]) == (deal, "Catalogue")
    assert shown["by"]["displayName"] == "Ann Archer"
    assert shown["isRead"] is False


def test_users_who_make_themselves_responsible_are_not_notified(own: Portal):
    make_opportunity(own)
    assert total(own, as_="ann") == 0


def test_a_change_tells_only_a_new_responsible(own: Portal):
    deal = make_opportunity(own, responsibleid=own.id_of("bob"))
    change(own, deal, responsibleid=own.id_of("bob"))
    assert total(own) == 1
    change(own, deal, responsibleid=own.id_of("cid"))
    assert (total(own), total(own, as_="cid")) == (1, 1)


def test_access_notifies_on_request_and_only_if_the_user_may_share(own: Portal):
    listed = {"isPrivate": True, "accessList": [own.id_of("bob")]}
    silent = make_opportunity(own, **listed)
    assert total(own) == 0
    make_opportunity(own, **listed, isNotify=True)
    assert [each["kind"] for each in feed(own)] == ["access"]
    change(own, silent, as_="bob", responsibleid=own.id_of("ann"), isNotify=True)
    assert total(own, as_="ann") == 0
    change(own, silent, responsibleid=own.id_of("ann"), isNotify=True)
    assert total(own) == 2


def change(portal: Portal, deal: int, as_: str = "ann", **inputs: object) -> None:
    payload = {"title": "A deal", "stageid": 1, "bidCurrencyAbbr": "EUR", **inputs}
    answer = portal.call("PUT", f"crm/opportunity/{deal}", json=payload, as_=as_)
    assert answer.status == 200, answer.text


def test_the_newest_comes_first_and_pages_follow_each_other(own: Portal):
    deals = [make_opportunity(own, responsibleid=own.id_of("bob")) for _ in range(5)]
    seen: list[int] = []
    for start in range(0, 6, 2):
        place = f"?startIndex={start}&count=2"
        assert total(own, place) == 5
        seen += [each["entityId"] for each in feed(own, place)]
    assert seen == deals[::-1]


def test_marking_as_read_changes_only_own_notifications(own: Portal):
    for _ in range(3):
        make_opportunity(own, responsibleid=own.id_of("bob"))
    first = feed(own)[0]["id"]
    for who, left in (("ann", 0), ("bob", 2), ("bob", 2)):
        answer = own.call("PUT", f"{FEED}/read", json={"ids": [first]}, as_=who)
        assert (answer.status, answer.response) == (200, {"unread": left})
    assert [each["isRead"] for each in feed(own)] == [True, False, False]
    assert total(own, "?isRead=true") == 1
    assert own.call("PUT", f"{FEED}/read", json={"all": True}, as_="bob").response == {"unread": 0}
    assert feed(own, "?isRead=false") == []


def test_to_mark_nothing_or_too_much_is_refused(own: Portal):
    for shown in ({}, {"ids": [*range(1, 10_002)]}):
        answer = own.call("PUT", f"{FEED}/read", json=shown, as_="bob")
        assert answer.status == 400
        assert "ids" in answer.text


def test_users_choose_their_own_notifications(own: Portal):
    requested = {"choices": [{"kind": "responsible", "inApp": False}]}
    answer = own.call("PUT", f"{FEED}/settings", json=requested, as_="bob")
    shown = own.call("GET", f"{FEED}/settings", as_="bob").response
    assert answer.response == shown
    kinds = ("responsible", "access", "mentioned", "taskDue", "importFinished")
    assert [each["kind"] for each in shown] == [*kinds]
    assert [each["inApp"] for each in shown] == [False, True, True, True, True]
    assert [each["byMail"] for each in shown] == [True] * 5
    for who in ("bob", "cid"):
        make_opportunity(own, responsibleid=own.id_of(who))
    assert (total(own), total(own, as_="cid")) == (0, 1)


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ([{"kind": "weather", "inApp": True}], "kind"),
        ([{"inApp": True}], "kind"),
        ([{"kind": "access"}, {"kind": "access"}], "choices"),
        ([{"kind": "access", "byMail": "maybe"}], "byMail"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_its_name(
    portal: Portal, choices: object, named: str
):
    answer = portal.call("PUT", f"{FEED}/settings", json={"choices": choices})
    assert answer.status == 400
    assert named.lower() in answer.text.lower()


def test_due_task_notification_has_its_wire_name(own: Portal):
    requested = {"choices": [{"kind": "taskDue", "byMail": False}]}
    shown = own.call("PUT", f"{FEED}/settings", json=requested, as_="bob").response
    assert [each["byMail"] for each in shown if each["kind"] == "taskDue"] == [False]


def test_another_order_is_refused(portal: Portal):
    for request in ("sortBy=title", "sortOrder=ascending"):
        assert portal.call("GET", f"{FEED}?{request}").status == 400


def test_details_are_numbers_of_the_kind(own: Portal):
    notify(own, "import_finished", "bob", about="import", payload={"created": 12, "failed": 1})
    (shown,) = feed(own)
    assert (shown["kind"], shown["entityType"]) == ("importFinished", "import")
    assert shown["details"] == {"created": 12, "failed": 1}
    assert "entityId" not in shown


def test_the_feed_costs_two_statements_however_long_it_is(own: Portal):
    counting = Counting(own)
    try:
        costs = []
        for _ in range(2):
            costs.append(counting.cost("GET", "notifications"))
            for _ in range(3):
                make_opportunity(own, as_="bob", responsibleid=own.id_of("ann"))
        assert costs[0] <= costs[1] <= 2
    finally:
        counting.close()


def test_old_notifications_are_forgotten(own: Portal):
    make_opportunity(own, responsibleid=own.id_of("bob"))
    make_opportunity(own, responsibleid=own.id_of("bob"))
    table = schema.notification
    (first, _) = sorted(stored(own, select(table.c.id)))
    old = update(table).where(table.c.id == first[0]).values(created_on=1).returning(table.c.id)
    assert len(stored(own, old)) == 1
    assert asyncio.run(app.offline(own.settings, invalidate)) == 1
    assert total(own) == 1


async def invalidate(work: Work) -> int:
    return await forget_old(work.session, now=time.time_ns() // 1000, limit=10)

"""The calendar feed of a user: created, fetched by everyone who knows the address, revoked."""

import re
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import select

from dealwright.crm.tasks.calendars import pages
from dealwright.storage import schema
from tests.crm.contacts.making import word
from tests.crm.tasks.making import make_task
from tests.making import make_opportunity, make_person, stored
from tests.running import Answer, Portal

FEED = "crm/calendar"


def made(portal: Portal, as_: str = "ann") -> str:
    """Creates a feed and returns its path."""
    answer = portal.call("POST", FEED, as_=as_)
    assert answer.status == 201, answer.text
    url: str = answer.response["url"]
    assert re.fullmatch(r"http://.+/calendar/[\w-]{43}\.ics", url)
    return "/calendar/" + url.rpartition("/")[2]


def fetch(portal: Portal, path: str, **headers: str) -> Answer:
    return portal.call("GET", path, as_=None, headers=headers)


def events(portal: Portal, path: str) -> dict[str, Any]:
    """The entries by their titles, read by a strict parser."""
    answer = fetch(portal, path)
    assert answer.status == 200, answer.text
    found = IcsCalendarStream.calendar_from_ics(answer.text).events
    return {each.summary: each for each in found}


def test_feed_can_be_created_renewed_and_revoked(portal: Portal):
    own = portal.fresh()
    assert own.call("GET", FEED).response == {"exists": False}
    assert own.call("DELETE", FEED).status == 404
    first = made(own)
    shown = own.call("GET", FEED).response
    assert list(shown) == ["exists", "created"]
    assert fetch(own, first).status == 200
    assert list(own.call("GET", FEED).response) == ["exists", "created", "used"]
    second = made(own)
    assert fetch(own, first).status == 404
    assert fetch(own, second).status == 200
    before = own.call("GET", FEED).response
    assert own.call("DELETE", FEED).response == before
    assert fetch(own, second).status == 404
    assert own.call("GET", FEED).response == {"exists": False}


def test_feed_holds_open_tasks_and_expected_closings_of_its_owner(portal: Portal):
    own = portal.fresh()
    path = made(own, "bob")
    bob = own.id_of("bob")
    person = make_person(own, firstName="Pat", lastName="Person")
    make_task(own, title="Visit", responsibleid=bob, contactid=person, alertValue=30)
    make_task(own, title="Of Ann")
    done = make_task(own, "bob", title="Done")
    own.call("PUT", f"crm/task/{done}/close", as_="bob")
    gone = make_task(own, "bob", title="Gone")
    own.call("DELETE", f"crm/task/{gone}", as_="bob")
    for title, more in {
        "Deal": {"expectedCloseDate": "2030-05-01"},
        "Without a date": {},
        "Won": {"expectedCloseDate": "2030-05-01", "stageid": _stage(own, 1)},
    }.items():
        make_opportunity(own, title=title, responsibleid=bob, **more)
    found = events(own, path)
    assert set(found) == {"Visit", "Deal"}
    assert found["Visit"].description == "Pat Person"
    assert found["Visit"].dtstart.isoformat() == "2100-06-15T13:00:00+00:00"
    assert len(found["Visit"].alarm) == 1
    assert found["Deal"].dtstart.isoformat() == "2030-05-01"


def _stage(portal: Portal, stage_type: int) -> int:
    stages = portal.call("GET", "crm/opportunity/stage").response
    return next(int(each["id"]) for each in stages if each["stageType"] == stage_type)


def test_feed_omits_names_that_its_owner_may_not_see(portal: Portal):
    own = portal.fresh()
    path = made(own, "bob")
    secret = make_person(own, firstName="Hidden", lastName="Person", shareType=0)
    deal = make_opportunity(own, title="Secret deal", isPrivate=True)
    make_task(
        own,
        title="Call",
        responsibleid=own.id_of("bob"),
        contactid=secret,
        entityType="opportunity",
        entityid=deal,
    )
    assert events(own, path)["Call"].description is None
    shared = {"isShared": True}
    own.call("PUT", f"crm/contact/{secret}/access", json=shared)
    assert events(own, path)["Call"].description == "Hidden Person"


def test_feed_follows_the_account_of_its_owner(portal: Portal):
    own = portal.fresh()
    path = made(own, "bob")
    users = {"userIds": [own.id_of("bob")]}
    answer = own.call("PUT", "people/status/Terminated", json=users, as_="root")
    assert answer.status == 200, answer.text
    nowhere = "/calendar/" + "x" * 43 + ".ics"
    refused, unknown = fetch(own, path), fetch(own, nowhere)
    assert (refused.status, refused.body) == (unknown.status, unknown.body) == (404, unknown.body)


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/",
        "/calendar/x.ics",
        "/calendar/" + "x" * 43 + ".ics",
        "/calendar/" + "x" * 43,
        "/calendar/" + "x" * 5000 + ".ics",
        "/calendar/..%2f..%2fetc.ics",
        "/calendar/%00.ics",
    ],
)
def test_unknown_addresses_get_404(portal: Portal, path: str):
    assert fetch(portal, path).status == 404


def test_etag_shows_whether_the_feed_changed(portal: Portal):
    own = portal.fresh()
    path = made(own)
    make_task(own)
    first = fetch(own, path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = fetch(own, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    make_task(own)
    changed = fetch(own, path, **{"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
    head = own.call("HEAD", path, as_=None)
    assert (head.status, head.body) == (200, b"")


def test_address_is_stored_nowhere(portal: Portal, monkeypatch: pytest.MonkeyPatch):
    own = portal.fresh()
    path = made(own)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    fetch(own, path)

    async def broken(*_: object) -> None:
        raise RuntimeError("broken for a test")

    monkeypatch.setattr(pages.actions, "calendar", broken)
    assert fetch(own, path).status == 500
    assert any("broken for a test" in str(line) for line in own.log)
    assert not any(secret in str(line) for line in own.log)
    rows = stored(own, select(schema.calendar_feed.c.hash))
    assert rows
    assert secret not in str(rows)
    assert secret not in str(stored(own, select(schema.audit.c.changes)))


def test_api_token_cannot_create_a_feed(portal: Portal):
    payload = {"title": word(), "scope": "write"}
    token = portal.call("POST", "people/@self/tokens", json=payload).response["token"]
    headers = {"Authorization": token}
    assert portal.call("POST", FEED, as_=None, headers=headers).status == 403
    assert portal.call("GET", FEED, as_=None, headers=headers).status == 200


def test_guest_gets_403_and_anonymous_request_gets_401(portal: Portal):
    for method in ("GET", "POST", "DELETE"):
        assert portal.call(method, FEED, as_="gus").status == 403
        assert portal.call(method, FEED, as_=None).status == 401

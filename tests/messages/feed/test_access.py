"""Neither the feed nor its counts reveal a record that the user may not see."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.feed.worlds import EVERYBODY, NAMES, build, worlds
from tests.running import Portal


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


@settings(max_examples=25)
@given(data=st.data())
def test_the_feed_holds_and_counts_what_one_sees_and_nothing_else(own: Portal, data: st.DataObject):
    world = data.draw(worlds())
    build(own, world)
    for user in EVERYBODY:
        expected = world.seen(user)
        feed = own.call("GET", "crm/notifications", as_=user)
        shown = [(each["id"], each["isRead"]) for each in feed.response]
        assert shown == expected
        assert feed.json["total"] == len(expected)
        for each in feed.response:
            record = world.records[world.told[world.ids.index(each["id"])][0]]
            listed = (each["entityType"], each["entityId"], each["title"])
            assert listed == (NAMES[record.table], record.id, record.title)
        waiting = sum(not is_read for _, is_read in expected)
        unread = own.call("GET", "crm/notifications?isRead=false&count=1", as_=user)
        assert unread.json["total"] == waiting
        assert len(unread.response) == min(1, waiting)
        far = own.call("GET", "crm/notifications?isRead=true&startIndex=100", as_=user)
        assert far.json["total"] == len(expected) - waiting
        assert far.response == []


def test_a_guest_has_no_feed(portal: Portal):
    for method, path in (
        ("GET", "notifications"),
        ("GET", "notifications/settings"),
        ("PUT", "notifications/settings"),
        ("PUT", "notifications/read"),
    ):
        assert portal.call(method, f"crm/{path}", as_="gus").status == 403
        assert portal.call(method, f"crm/{path}", as_=None).status == 401

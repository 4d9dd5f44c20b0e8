"""Sessions of a user: listed for that user only, ended one by one."""

import pytest

from dealwright.people.rules import device
from tests.people.new_accounts import new_account
from tests.running import PASSWORD, Portal

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def test_sessions_are_listed_and_ended(portal: Portal):
    person = new_account(portal)
    payload = {"userName": person.email, "password": PASSWORD}
    headers = {"User-Agent": FIREFOX}
    second = portal.call("POST", "authentication", json=payload, as_=None, headers=headers)
    with_second = {"Authorization": second.response["token"]}
    found = portal.call("GET", "people/@self/sessions", as_=None, headers=with_second).response
    assert [(each["title"], each["isCurrent"]) for each in found] == [
        ("Firefox, Linux", True),
        ("", False),
    ]
    ended = f"people/@self/sessions/{found[1]['id']}"
    assert portal.call("DELETE", ended, as_="ann").status == 404
    assert portal.call("DELETE", ended, as_=None, headers=with_second).status == 200
    first = {"Authorization": person.token}
    assert portal.call("GET", "people/@self", as_=None, headers=first).status == 401
    assert portal.call("GET", "people/@self", as_=None, headers=with_second).status == 200


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8", "curl"),
        ("", ""),
    ],
)
def test_device_is_what_people_recognise(user_agent: str, shown: str):
    assert device(user_agent) == shown

"""What several administrators do at once."""

from functools import partial
from uuid import uuid4

from tests.making import at_once
from tests.people.new_accounts import new_account
from tests.running import Portal


def test_of_two_who_add_the_same_person_one_does(portal: Portal):
    for _ in range(5):
        email = f"{uuid4().hex}@example.com"
        add = partial(portal.call, "POST", "people", json={"email": email}, as_="root")
        answers = at_once(add, add, add)
        assert sorted(each.status for each in answers) == [201, 409, 409]


def test_two_of_one_name_get_names_of_their_own(portal: Portal):
    name = f"pat{uuid4().hex}"
    calls = [
        partial(
            portal.call, "POST", "people", json={"email": f"{name}@{place}.example"}, as_="root"
        )
        for place in ("a", "b", "c")
    ]
    answers = at_once(*calls)
    assert [each.status for each in answers] == [201, 201, 201]
    assert {each.response["userName"] for each in answers} == {name, f"{name}2", f"{name}3"}


def test_what_two_change_of_one_account_is_all_there(portal: Portal):
    nina = new_account(portal)
    for number in range(5):
        city, note = f"City {number}", f"Note {number}"
        path = f"people/{nina.id}"
        answers = at_once(
            partial(portal.call, "PUT", path, json={"title": city}, as_="root"),
            partial(portal.call, "PUT", path, json={"firstname": note}, as_="root"),
            partial(portal.call, "PUT", path, json={"location": city}, as_="root"),
            partial(portal.call, "PUT", path, json={"comment": note}, as_="root"),
        )
        assert {each.status for each in answers} == {200}
        found = portal.call("GET", path, as_="root").response
        listed = [found[name] for name in ("title", "firstName", "location", "notes")]
        assert listed == [city, note, city, note]


def test_user_disabled_meanwhile_does_not_become_an_administrator(
    portal: Portal,
):
    for _ in range(5):
        nina = new_account(portal)
        rights = {
            "productid": "00000000-0000-0000-0000-000000000000",
            "userid": nina.id,
            "administrator": True,
        }
        at_once(
            partial(portal.call, "PUT", "settings/security/administrator", json=rights, as_="root"),
            partial(
                portal.call,
                "PUT",
                "people/status/Terminated",
                json={"userIds": [nina.id]},
                as_="root",
            ),
        )
        answer = portal.call("GET", "people/@self", as_=None, headers=nina.headers)
        assert answer.status == 401

"""Who changed which account, group or setting, for administrators."""

import pytest

from tests.people.new_accounts import new_account
from tests.running import Portal


def call(portal: Portal, method: str, path: str, value: object = None, as_: str = "root"):
    return portal.call(method, path, json=value or {}, as_=as_)


def trail(portal: Portal, path: str):
    answer = portal.call("GET", path, as_="root")
    assert answer.status == 200, answer.text
    return answer.response


def changed(entry):
    return {each["field"]: (each["old"], each["new"]) for each in entry["changes"]}


def test_trail_of_an_account_stays_after_its_deletion(portal: Portal):
    own = portal.fresh()
    ann, bob = own.id_of("ann"), own.id_of("bob")
    call(own, "PUT", "people/ann", {"title": "Chief", "birthday": "1990-02-03", "lead": bob})
    call(own, "PUT", "people/ann", {"worksfrom": "2020-05-06"})
    call(own, "PUT", "people/status/Terminated", {"userIds": [ann]})
    assert call(own, "DELETE", f"people/{ann}").status == 200
    shown = trail(own, f"people/{ann}/audit")
    actions = ["deleted", "disabled", "updated", "updated", "created"]
    assert [each["action"] for each in shown] == actions
    assert changed(shown[3]) == {
        "jobTitle": ("", "Chief"),
        "birthday": (None, "…"),
        "leadId": (None, bob),
    }
    assert changed(shown[2])["worksFrom"][1].startswith("2020-05-06T00:00")
    assert shown[3]["by"]["id"] == own.id_of("root")
    # A change that names Bob is not part of Bob's trail.
    assert [each["action"] for each in trail(own, "people/bob/audit")] == ["created"]
    assert call(own, "GET", "people/nobody/audit").status == 404


def test_groups_and_settings_have_a_trail(portal: Portal):
    own = portal.fresh()
    group = call(own, "POST", "group", {"groupName": "Sales"}).response["id"]
    call(own, "PUT", f"group/{group}", {"groupName": "North", "members": [own.id_of("ann")]})
    call(own, "DELETE", f"group/{group}")
    shown = trail(own, f"group/{group}/audit")
    assert [each["action"] for each in shown] == ["deleted", "updated", "created"]
    assert changed(shown[1]) == {"name": ("Sales", "North"), "members": ([], [own.id_of("ann")])}
    call(own, "PUT", "crm/settings/organisation/base", {"companyName": "Rowan"})
    (entry,) = trail(own, "crm/settings/audit")
    assert changed(entry) == {"organisation.companyName": ("", "Rowan")}


def test_trail_has_pages_and_sorts(portal: Portal):
    own = portal.fresh()
    for name in ("A", "B", "C"):
        call(own, "PUT", "crm/settings/organisation/base", {"companyName": name})
    answer = portal_page(own, "?count=2&startIndex=1")
    assert answer.json["total"] == 3
    assert [changed(each)["organisation.companyName"][1] for each in answer.response] == ["B", "A"]
    oldest = portal_page(own, "?sortBy=id&sortOrder=ascending").response[0]
    assert changed(oldest)["organisation.companyName"][1] == "A"
    assert portal_page(own, "?sortBy=by").status == 400


def portal_page(portal: Portal, query: str):
    return portal.call("GET", f"crm/settings/audit{query}", as_="root")


@pytest.mark.parametrize("role", ["guest", "user", "crm_admin"])
def test_only_administrators_read_the_trail(portal: Portal, role: str):
    nina = new_account(portal, role)
    group = call(portal, "POST", "group", {"groupName": "Sales"}).response["id"]
    for path in (f"people/{nina.id}/audit", f"group/{group}/audit", "crm/settings/audit"):
        answer = portal.call("GET", path, as_=None, headers=nina.headers)
        expected = 200 if role == "crm_admin" and path.startswith("crm/") else 403
        assert answer.status == expected
        assert portal.call("GET", path, as_=None).status == 401

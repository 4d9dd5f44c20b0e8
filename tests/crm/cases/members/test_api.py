"""The contacts that take part in a case, as a client sees them."""

import pytest

from tests.crm.cases.making import case, make_case
from tests.crm.contacts.making import contact
from tests.making import make_person


def members(portal, case_id, as_="ann"):
    return [
        each["id"] for each in portal.call("GET", f"crm/case/{case_id}/contact", as_=as_).response
    ]


def test_contact_is_linked_once_and_returned(portal):
    case_id, person = make_case(portal), make_person(portal)
    for _ in range(2):
        answer = portal.call("POST", f"crm/case/{case_id}/contact", json={"contactid": person})
        assert (answer.status, answer.response) == (201, contact(portal, person))
    assert members(portal, case_id) == [person]
    answer = portal.call("DELETE", f"crm/case/{case_id}/contact/{person}")
    assert (answer.status, answer.response) == (200, contact(portal, person))
    assert members(portal, case_id) == []
    assert portal.call("DELETE", f"crm/case/{case_id}/contact/{person}").status == 200
    actions = [row["action"] for row in portal.call("GET", f"crm/case/{case_id}/audit").response]
    assert actions == ["unlinked", "linked", "created"]


def test_hidden_members_are_not_listed(portal):
    person, hidden = make_person(portal), make_person(portal, shareType=0)
    case_id = make_case(portal, members=[person, hidden])
    assert members(portal, case_id) == [person, hidden]
    assert members(portal, case_id, "bob") == [person]
    assert [each["id"] for each in case(portal, case_id, "bob")["members"]] == [person]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "999999/contact", {}, 404),
        ("GET", "0/contact", {}, 400),
        ("POST", "999999/contact", {"contactid": 1}, 404),
        ("POST", "{case}/contact", {"contactid": 999_999}, 404),
        ("POST", "{case}/contact", {}, 400),
        ("POST", "{case}/contact", {"contactid": -1}, 400),
        ("POST", "{case}/contact", {"contactid": "x"}, 400),
        ("DELETE", "{case}/contact/999999", {}, 404),
        ("DELETE", "{case}/contact/0", {}, 400),
        ("DELETE", "999999/contact/1", {}, 404),
    ],
)
def test_missing_and_bad_values_get_an_error(portal, method, path, sent, status):
    address = f"crm/case/{path.format(case=make_case(portal))}"
    assert portal.call(method, address, json=sent).status == status


def test_hidden_case_and_hidden_contact_get_404(portal):
    hidden_case, hidden = make_case(portal, isPrivate=True), make_person(portal, shareType=0)
    open_case, person = make_case(portal), make_person(portal)
    for case_id, each in ((hidden_case, person), (open_case, hidden)):
        sent = {"contactid": each}
        assert (
            portal.call("POST", f"crm/case/{case_id}/contact", json=sent, as_="bob").status == 404
        )
        path = f"crm/case/{case_id}/contact/{each}"
        assert portal.call("DELETE", path, as_="bob").status == 404
    assert portal.call("GET", f"crm/case/{hidden_case}/contact", as_="bob").status == 404

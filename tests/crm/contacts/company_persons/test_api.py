"""A company together with its persons."""

import pytest

from tests.crm.contacts.making import contact, make_company
from tests.making import make_person


def test_person_joins_a_company_and_leaves_the_former_one(portal):
    first, second = make_company(portal), make_company(portal)
    person = make_person(portal, companyId=first)
    path = f"crm/contact/company/{second}/person"
    answer = portal.call("POST", path, json={"personid": person})
    assert answer.status == 201
    assert answer.response == contact(portal, person)
    assert answer.response["company"]["id"] == second
    assert "personsCount" not in contact(portal, first)
    assert contact(portal, second)["personsCount"] == 1
    again = portal.call("POST", path, json={"personid": person})
    assert again.response == answer.response


def test_person_is_removed_only_from_its_own_company(portal):
    company, other = make_company(portal), make_company(portal)
    person = make_person(portal, companyId=company)
    shown = contact(portal, person)
    answer = portal.call("DELETE", f"crm/contact/company/{other}/person?personid={person}")
    assert (answer.status, answer.response) == (200, shown)
    assert contact(portal, person) == shown
    answer = portal.call(
        "DELETE", f"crm/contact/company/{company}/person", json={"personid": person}
    )
    assert (answer.status, answer.response) == (200, shown)
    assert "company" not in contact(portal, person)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_unknown_contact_and_wrong_kind_get_404(portal, method):
    company, person = make_company(portal), make_person(portal)
    hidden_company = make_company(portal, as_="bob", shareType=0)
    hidden_person = make_person(portal, as_="bob", shareType=0)
    for firm, employee, status in (
        (hidden_company, person, 404),
        (company, hidden_person, 404),
        (person, person, 404),
        (company, company, 404),
        (2_000_000_000, person, 404),
        (company, 0, 400),
        (0, person, 400),
    ):
        path = f"crm/contact/company/{firm}/person"
        assert portal.call(method, path, json={"personid": employee}).status == status
    assert "company" not in contact(portal, person)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_read_only_person_stays_in_its_company(portal, method):
    company = make_company(portal, as_="bob")
    person = make_person(portal, as_="bob", shareType=2, companyId=company)
    path = f"crm/contact/company/{company}/person"
    assert portal.call(method, path, json={"personid": person}).status == 403
    assert contact(portal, person)["company"]["id"] == company


def statuses(portal, *ids, as_="root"):
    return [contact(portal, each, as_).get("contactStatus", {}).get("id") for each in ids]


def test_status_of_a_company_applies_to_its_persons(portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    hidden = make_person(portal, as_="bob", companyId=company, shareType=0)
    read_only = make_person(portal, as_="bob", companyId=company, shareType=2)
    path = f"crm/contact/company/{company}/status"
    shown = portal.call("PUT", path, json={"contactStatusid": 3}).response
    assert shown["contactStatus"]["id"] == 3
    assert statuses(portal, company, person, hidden, read_only) == [3, 3, None, None]
    portal.call("PUT", path, json={}, as_="root")
    assert statuses(portal, company, person) == [None, None]


def test_status_of_a_person_applies_to_the_whole_company(portal):
    company = make_company(portal)
    first, second = (make_person(portal, companyId=company) for _ in range(2))
    path = f"crm/contact/person/{first}/status"
    shown = portal.call("PUT", path, json={"contactStatusid": 2}).response
    assert (shown["id"], shown["contactStatus"]["id"]) == (first, 2)
    assert statuses(portal, company, first, second) == [2, 2, 2]


def test_status_of_a_person_leaves_a_hidden_company_unchanged(portal):
    company = make_company(portal, as_="bob", shareType=0)
    person, other = (make_person(portal, as_="bob", companyId=company) for _ in range(2))
    portal.call("PUT", f"crm/contact/person/{person}/status", json={"contactStatusid": 2})
    assert statuses(portal, company, person, other) == [None, 2, None]


@pytest.mark.parametrize("kind", ["person", "company"])
def test_status_for_the_wrong_kind_gets_the_reference_error(portal, kind):
    other = make_company(portal) if kind == "person" else make_person(portal)
    path = f"crm/contact/{kind}/{other}/status"
    answer = portal.call("PUT", path, json={"contactStatusid": 1})
    assert answer.status == 400
    assert answer.json["error"]["message"].startswith(f"Contact is not a {kind}")
    assert portal.call("PUT", path, json={"contactStatusid": 1}, as_="gus").status == 403


def test_status_needs_the_right_to_edit_and_a_known_status(portal):
    company = make_company(portal, as_="bob", shareType=2)
    path = f"crm/contact/company/{company}/status"
    for status_id, as_, refusal in ((1, "ann", 403), (-1, "bob", 400), (2_000_000_000, "bob", 404)):
        answer = portal.call("PUT", path, json={"contactStatusid": status_id}, as_=as_)
        assert answer.status == refusal
    assert statuses(portal, company) == [None]

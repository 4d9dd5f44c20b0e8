"""Many contacts at once: created by name, deleted, shared."""

import pytest

from tests.crm.contacts.making import contact, make_company, people, word
from tests.making import make_person


def ids(answer):
    assert answer.status in (200, 201), answer.text
    return [each["id"] for each in answer.response]


def is_gone(portal, contact_id):
    return portal.call("GET", f"crm/contact/{contact_id}", as_="root").status == 404


def test_persons_are_created_from_first_and_last_names(portal):
    body = {"data": [{"key": "Ann", "value": "A"}, {"Key": "Bob"}, {"key": "Cid", "Value": "C"}]}
    answer = portal.call("POST", "crm/contact/person/quick", json=body)
    assert answer.status == 201
    assert [each["displayName"] for each in answer.response] == ["Ann A", "Cid C"]
    for shown in answer.response:
        assert (shown["isPrivate"], shown["canDelete"], people(shown)) == (True, True, {"ann"})
        assert "firstName" not in shown
        assert contact(portal, shown["id"])["lastName"] in "AC"


def test_companies_are_created_from_names(portal):
    form = [("companyName[]", "One"), ("companyName[]", " "), ("companyName[]", "Two")]
    answer = portal.call("POST", "crm/contact/company/quick", form=form)
    assert [each["displayName"] for each in answer.response] == ["One", "Two"]
    assert all(each["isCompany"] for each in answer.response)


@pytest.mark.parametrize("path", ["person/quick", "company/quick"])
def test_empty_list_creates_nothing(portal, path):
    answer = portal.call("POST", f"crm/contact/{path}", json={})
    assert (answer.status, answer.response) == (201, {})


def test_repeated_request_with_a_key_creates_nothing_twice(portal):
    name = word()
    body = {"companyName": [name]}
    headers = {"Idempotency-Key": word()}
    path = "crm/contact/company/quick"
    first, second = (portal.call("POST", path, json=body, headers=headers) for _ in range(2))
    assert first.response == second.response
    assert ids(portal.call("GET", f"crm/contact/filter?filterValue={name}")) == ids(first)


def test_contacts_are_deleted_by_id_and_others_skipped(portal):
    mine, company = make_person(portal), make_company(portal)
    read_only = make_person(portal, as_="bob", shareType=2)
    hidden = make_person(portal, as_="bob", shareType=0)
    expected = [company, read_only, mine, hidden, 0, -1, 2_000_000_000, mine]
    answer = portal.call("PUT", "crm/contact", json={"contactids": expected})
    assert ids(answer) == [company, mine]
    assert answer.response[0]["displayName"] == "Acme"
    assert [is_gone(portal, each) for each in (mine, company, read_only, hidden)] == [
        *(True, True, False, False)
    ]
    assert portal.call("PUT", "crm/contact", json={"contactids": [mine]}).response == []
    answer = portal.call("PUT", "crm/contact", json={"contactids": []})
    assert answer.status == 400
    assert "contactids" in answer.json["error"]["message"]


def test_contacts_are_deleted_by_filter(portal):
    name = word()
    company = make_company(portal, companyName=name)
    person = make_person(portal, lastName=name)
    read_only = make_person(portal, as_="bob", lastName=name, shareType=2)
    path = f"crm/contact/filter?filterValue={name}"
    assert ids(portal.call("DELETE", f"{path}&contactListView=Company&count=0")) == [company]
    assert ids(portal.call("DELETE", path)) == [person]
    assert ids(portal.call("DELETE", path)) == []
    assert not is_gone(portal, read_only)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "crm/contact/filter"),
        ("PUT", "crm/contact/filter/access"),
        ("POST", "crm/contact/filter/taglist?tagName=x"),
    ],
)
def test_empty_filter_gets_400_without_all(portal, method, path):
    portal = portal.fresh()
    person = make_person(portal)
    with_question = path + ("&" if "?" in path else "?")
    for harmless in ("", "count=5&startIndex=1&sortBy=id&_=1", "contactStage=-1", "all=false"):
        answer = portal.call(method, with_question + harmless)
        assert answer.status == 400, harmless
        assert "all" in answer.json["error"]["message"]
    for misspelt in ("contactStge=1", "responsibleid=x", "tag=x"):
        answer = portal.call(method, with_question + misspelt + "&all=true")
        assert answer.status == 400, misspelt
        assert misspelt.split("=")[0].lower() in answer.json["error"]["message"]
    assert not is_gone(portal, person)
    assert portal.call(method, with_question + "all=true").status in (200, 201)


def test_contacts_are_shared_by_id_and_others_skipped(portal):
    mine, read_only = make_person(portal), make_person(portal, as_="bob", shareType=2)
    body = {"contactid": [mine, read_only], "isShared": False, "managerList": [portal.id_of("cid")]}
    answer = portal.call("PUT", "crm/contact/access", json=body)
    assert ids(answer) == [mine]
    assert people(answer.response[0]) == {"ann", "cid"}
    assert contact(portal, read_only)["shareType"] == 2
    assert portal.call("PUT", "crm/contact/access", json={}).response == []


def test_filter_with_is_private_makes_contacts_private(portal):
    name = word()
    first, second = make_person(portal, lastName=name), make_company(portal, companyName=name)
    path = f"crm/contact/filter/access?filterValue={name}"
    answer = portal.call("PUT", path, json={"isPrivate": True})
    assert ids(answer) == [first, second]
    assert all(each["isPrivate"] for each in answer.response)
    assert all(people(each) == {"ann"} for each in answer.response)
    answer = portal.call("PUT", path, json={"isPrivate": False}, as_="root")
    assert {each["shareType"] for each in answer.response} == {1}


def test_unknown_manager_shares_no_contact(portal):
    first, second = make_person(portal), make_person(portal)
    body = {"contactid": [first, second], "isShared": False, "managerList": ["1" * 32]}
    assert portal.call("PUT", "crm/contact/access", json=body).status == 400
    assert contact(portal, first)["isShared"] is True


def test_administrator_deletes_every_contact_at_once(portal):
    portal = portal.fresh()
    names = [f"Firm {number}" for number in range(1200)]
    made = ids(portal.call("POST", "crm/contact/company/quick", json={"companyName": names}))
    assert len(made) == 1200
    gone = portal.call("DELETE", "crm/contact/filter?all=true", as_="root")
    assert ids(gone) == made
    answer = portal.call("GET", "crm/contact/filter", as_="root").json
    assert (answer["response"], answer["total"]) == ([], 0)

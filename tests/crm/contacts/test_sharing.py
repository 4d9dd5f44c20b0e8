"""Who sees a contact, and who may change that."""

from tests.crm.contacts.making import contact, make_company, people
from tests.making import make_person


def share(portal, contact_id, as_="ann", **inputs):
    return portal.call("PUT", f"crm/contact/{contact_id}/access", json=inputs, as_=as_)


def test_contact_can_be_shared_and_made_private_again(portal):
    person = make_person(portal, shareType=0)
    shown = share(portal, person, isShared=True).response
    assert (shown["shareType"], shown["isPrivate"], "accessList" in shown) == (1, False, False)
    assert portal.call("GET", f"crm/contact/{person}/access").response == []
    shown = share(portal, person, isShared=False, managerList=[portal.id_of("bob")]).response
    assert (shown["shareType"], people(shown)) == (0, {"ann", "bob"})
    listed = portal.call("GET", f"crm/contact/{person}/access", as_="bob")
    assert listed.response == shown["accessList"]
    assert portal.call("GET", f"crm/contact/{person}/access", as_="cid").status == 404


def test_absent_and_empty_values_keep_the_stored_ones(portal):
    person = make_person(portal, shareType=2)
    for inputs in ({}, {"managerList": []}, {"isShared": None, "managerList": None}):
        assert share(portal, person, **inputs).response["shareType"] == 2
    private = make_person(portal, shareType=0, managerList=[portal.id_of("bob")])
    assert people(share(portal, private, isShared=False, managerList=[]).response) == {"ann", "bob"}


def test_user_who_makes_a_contact_private_keeps_it_and_so_does_its_creator(portal):
    person = make_person(portal)
    shown = share(portal, person, "bob", isShared=False).response
    assert people(shown) == {"ann", "bob"}
    assert contact(portal, person)["canEdit"] is True


def test_administrator_removes_the_creator_of_a_contact(portal):
    person = make_person(portal, shareType=0)
    cid = [portal.id_of("cid")]
    shown = share(portal, person, "root", isShared=False, managerList=cid).response
    assert people(shown) == {"cid"}
    assert portal.call("GET", f"crm/contact/{person}").status == 404


def test_user_who_gives_a_contact_away_still_gets_the_result(portal):
    person = make_person(portal)
    body = {"firstName": "P", "lastName": "P", "shareType": 2, "managerList": [portal.id_of("cid")]}
    shown = portal.call("PUT", f"crm/contact/person/{person}", json=body)
    assert shown.status == 200
    assert contact(portal, person)["canEdit"] is False


def test_unknown_user_is_refused_and_the_list_stays(portal):
    company = make_company(portal, shareType=0, managerList=[portal.id_of("bob")])
    answer = share(portal, company, managerList=[portal.id_of("bob"), "1" * 32])
    assert answer.status == 400
    assert "managerList" in answer.json["error"]["message"]
    assert people(contact(portal, company)) == {"ann", "bob"}


def test_hidden_contact_cannot_be_shared(portal):
    person = make_person(portal, shareType=0)
    assert share(portal, person, "bob", isShared=True).status == 404
    assert share(portal, 0, isShared=True).status == 400

"""Searching contacts by words: `filterValue`, `byprefix`, and the persons of a company."""

from urllib.parse import quote

import pytest

from tests.crm.cases.making import make_case
from tests.crm.contacts.making import make_company, word
from tests.making import make_opportunity, make_person


def found(portal, path, as_="ann"):
    answer = portal.call("GET", path, as_=as_)
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.response]


def searched(portal, text, as_="ann"):
    return set(found(portal, f"crm/contact/filter?filterValue={text}", as_))


def test_text_matches_name_job_title_description_and_custom_values(portal):
    first, second, third, fourth = (word() for _ in range(4))
    field = portal.call(
        "POST",
        "crm/person/customfield",
        json={"label": "Car", "fieldType": 0, "mask": '{"size":40}'},
        as_="root",
    ).response["id"]
    person = make_person(
        portal,
        lastName=first,
        jobTitle=f"chief {second}",
        about=f"likes {third}, a lot",
        customFieldList=[{"key": field, "value": fourth}],
    )
    for text in (first, second.upper(), third[:5], f"{fourth}%20{first}", f"%22{second}%22"):
        assert searched(portal, text) == {person}
    assert searched(portal, first[1:]) == set()
    assert searched(portal, f"{first}%20{word()}") == set()
    body = {"firstName": "Pat", "lastName": "P"}
    portal.call("PUT", f"crm/contact/person/{person}", json=body)
    assert searched(portal, first) == searched(portal, third) == set()
    assert searched(portal, fourth) == {person}


def test_long_description_is_searched_too(portal):
    needle = word()
    company = make_company(portal, about=f"{'filler ' * 500}{needle}")
    assert searched(portal, needle) == {company}


def test_person_is_found_by_a_company_that_the_caller_sees(portal):
    name = word()
    company = make_company(portal, companyName=name, shareType=0)
    person = make_person(portal, companyId=company)
    assert searched(portal, name) == {company, person}
    assert searched(portal, name, "bob") == set()
    companies = f"crm/contact/filter?filterValue={name}&contactListView=Company"
    assert found(portal, companies) == [company]
    tagged = f"crm/contact/filter?filterValue={name}&responsibleid={portal.id_of('ann')}"
    assert set(found(portal, tagged)) == {company, person}
    portal.call("DELETE", f"crm/contact/{company}")
    assert searched(portal, name) == set()


def test_prefix_matches_words_anywhere_in_a_name(portal):
    name = word()
    person = make_person(portal, firstName=f"Zoë{name}", lastName="Ärmel")
    company = make_company(portal, companyName=f"{name} & Söhne")
    path = "crm/contact/byprefix?prefix="
    assert found(portal, path + name[3:]) == [company, person]
    assert found(portal, f"{path}arm%20{name}") == [person]
    assert found(portal, f"{path}{name}%20x") == []


def test_prefix_search_can_be_limited_to_a_kind(portal):
    name = word()
    company = make_company(portal, companyName=f"1 {name}")
    hidden = make_company(portal, as_="bob", companyName=f"2 {name}", shareType=0)
    employee = make_person(portal, firstName="3", lastName=name, companyId=company)
    stranger = make_person(portal, firstName="4", lastName=name, as_="bob", companyId=hidden)
    freelancer = make_person(portal, firstName="5", lastName=name)
    path = f"crm/contact/byprefix?prefix={name}&searchType="
    assert found(portal, f"{path}-1") == [company, employee, stranger, freelancer]
    assert found(portal, f"{path}0") == [company]
    assert found(portal, f"{path}1") == [employee, stranger, freelancer]
    assert found(portal, f"{path}2") == [stranger, freelancer]
    assert found(portal, f"{path}3") == [company, stranger, freelancer]
    answer = portal.call("GET", f"{path}4")
    assert answer.status == 400
    assert "searchType" in answer.json["error"]["message"]


def test_prefix_returns_thirty_visible_contacts(portal):
    name = word()
    names = [{"key": f"{number:02}", "value": name} for number in range(40)]
    made = portal.call("POST", "crm/contact/person/quick", json={"data": names}).response
    path = f"crm/contact/byprefix?prefix={name}"
    assert found(portal, path) == [each["id"] for each in made[:30]]
    assert found(portal, path, "bob") == []
    shown = portal.call("GET", path).response[0]
    assert list(shown) == list(made[0])


def test_prefix_searches_the_members_of_an_opportunity(portal):
    name = word()
    ann = make_person(portal, firstName="Ann", lastName=name)
    bob = make_person(portal, firstName="Bob", lastName=name, shareType=0)
    make_person(portal, firstName="Cid", lastName=name)
    deal = make_opportunity(portal, members=[ann, bob], isPrivate=False)
    path = f"crm/contact/byprefix?prefix={name}&entityType=opportunity&entityID={deal}"
    answer = portal.call("GET", path)
    assert [each["id"] for each in answer.response] == [ann, bob]
    assert answer.json["total"] == 2
    assert found(portal, path, "bob") == [ann]
    portal.call("DELETE", f"crm/opportunity/{deal}")
    assert found(portal, path) == []
    assert found(portal, path.replace("opportunity", "case")) == []


def test_prefix_searches_the_members_of_a_case(portal):
    name = word()
    ann = make_person(portal, firstName="Ann", lastName=name)
    bob = make_person(portal, firstName="Bob", lastName=name, shareType=0)
    make_person(portal, firstName="Cid", lastName=name)
    matter, hidden = (
        make_case(portal, members=[ann, bob], isPrivate=is_private) for is_private in (False, True)
    )
    path = f"crm/contact/byprefix?prefix={name}&entityType=case&entityID={matter}"
    assert found(portal, path) == [ann, bob]
    assert found(portal, path, "bob") == [ann]
    assert found(portal, path.replace(f"ID={matter}", f"ID={hidden}"), "bob") == []
    assert found(portal, path.replace("case", "task")) == []


def test_persons_of_a_company_are_listed_by_name(portal):
    company = make_company(portal)
    second = make_person(portal, firstName="B", companyId=company)
    first = make_person(portal, firstName="A", companyId=company, shareType=0)
    path = f"crm/contact/company/{company}/person"
    answer = portal.call("GET", path)
    assert [each["id"] for each in answer.response] == [first, second]
    assert answer.json["total"] == 2
    assert answer.response[0]["company"]["id"] == company
    assert found(portal, path, "bob") == [second]
    assert found(portal, f"{path}?count=1&startIndex=1") == [second]


@pytest.mark.parametrize("as_", ["ann", "bob"])
def test_persons_of_anything_but_a_visible_company_get_404(portal, as_):
    hidden = make_company(portal, shareType=0) if as_ == "bob" else make_person(portal)
    path = f"crm/contact/company/{hidden}/person"
    assert portal.call("GET", path, as_=as_).status == 404
    assert portal.call("GET", "crm/contact/company/0/person", as_=as_).status == 400


@pytest.mark.parametrize("query", ["filter?filterValue=", "byprefix?prefix="])
def test_hundreds_of_words_are_searched(portal, query):
    distinct = " ".join(chr(letter) for letter in range(0x4E00, 0x4E00 + 480))
    for text in (distinct, "a " * 480, f'"{"a " * 490}"', '"' * 900):
        assert found(portal, f"crm/contact/{query}{quote(text)}") is not None

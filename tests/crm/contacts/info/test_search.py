"""Contacts are found by their contact data, but only by users who see them."""

from urllib.parse import quote

import pytest

from tests.crm.contacts.info.making import add, address
from tests.crm.contacts.making import make_company, word
from tests.making import make_person


def searched(portal, text, as_="ann"):
    answer = portal.call("GET", f"crm/contact/filter?filterValue={quote(text)}", as_=as_)
    assert answer.status == 200, answer.text
    return {each["id"] for each in answer.response}


def test_contact_is_found_by_its_email_address(portal):
    name, host = word(), word()
    person = make_person(portal)
    made = add(portal, person, data=f"{name.capitalize()}.Doe@{host}.example")
    for text in (name, host, f"{name}.doe@{host}.example", f"{name[:6]} {host.upper()}"):
        assert searched(portal, text) == {person}, text
    path = f"crm/contact/{person}/data/{made['id']}"
    portal.call("PUT", path, json={"data": f"{word()}@{host}.example"})
    assert searched(portal, name) == set()
    assert searched(portal, host) == {person}
    portal.call("DELETE", path)
    assert searched(portal, host) == set()


@pytest.mark.parametrize(
    "written", ["+7 (4{}) {}-{}-{}", "74{}{}{}{}", "4{} {} {} {}", "4{}{}{}{}"]
)
@pytest.mark.parametrize("kept", ["+74{}{}{}{}", "+7 (4{}) {}{}{}"])
def test_phone_is_found_in_any_spelling(portal, written, kept):
    digits = str(int(word()[1:], 16)).rjust(9, "0")[-9:]
    parts = (digits[:2], digits[2:5], digits[5:7], digits[7:9])
    person = make_person(portal)
    add(portal, person, infoType="Phone", category="Mobile", data=kept.format(*parts))
    assert searched(portal, written.format(*parts)) == {person}


def test_address_is_found_by_its_parts_but_not_by_their_names(portal):
    street, city = word(), word()
    company = make_company(portal)
    sent = address(street=f"{street} 5", city=city)
    portal.call("POST", f"crm/contact/{company}/addressdata", json=sent)
    assert searched(portal, f"{city} {street}") == {company}
    assert searched(portal, f"{city} street") == set()
    assert searched(portal, f"{city} zip") == set()


def test_words_of_a_company_find_its_persons_too(portal):
    mark = word()
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    add(portal, company, data=f"{mark}@example.com")
    assert searched(portal, mark) == {company, person}


def test_hidden_contact_is_not_found_by_its_data(portal):
    mark = word()
    person = make_person(portal, shareType=0)
    add(portal, person, data=f"{mark}@example.com")
    assert searched(portal, mark, "bob") == set()
    assert searched(portal, mark, "root") == searched(portal, mark) == {person}
    total = portal.call("GET", f"crm/contact/filter?filterValue={mark}&count=0", as_="bob")
    assert total.json["total"] == 0


def test_data_custom_values_and_names_are_searched_together(portal):
    name, value, mail = word(), word(), word()
    label = {"label": "Car", "fieldType": 0, "mask": '{"size":40}'}
    made = portal.call("POST", "crm/person/customfield", json=label, as_="root")
    field = made.response["id"]
    values = [{"key": field, "value": value}]
    person = make_person(portal, lastName=name, customFieldList=values)
    add(portal, person, data=f"{mail}@example.com")
    assert searched(portal, f"{mail} {value} {name}") == {person}
    gone = portal.call("DELETE", f"crm/person/customfield/{field}", as_="root")
    assert gone.status == 200
    assert searched(portal, value) == set()
    assert searched(portal, f"{mail} {name}") == {person}


def test_data_too_long_for_a_list_index_is_found_too(portal):
    mark = word()
    person = make_person(portal)
    add(portal, person, infoType="Website", data=f"https://example.com/{'a/' * 1000}{mark}")
    assert searched(portal, mark) == {person}

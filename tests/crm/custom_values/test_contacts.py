"""The custom values of contacts."""

import pytest

from tests.crm.contacts.making import contact, make_company, word
from tests.making import make_person


@pytest.fixture
def fields(portal):
    """A field of contacts, one of persons, one of companies, and a heading of persons."""

    def define(owner, kind, mask=""):
        body = {"label": f"{owner} {word()}", "fieldType": kind, "mask": mask}
        answer = portal.call("POST", f"crm/{owner}/customfield", json=body, as_="root")
        assert answer.status == 201, answer.text
        return answer.response["id"]

    made = {owner: define(owner, 0, '{"size":40}') for owner in ("contact", "person", "company")}
    made["heading"] = define("person", "Heading")
    yield made
    for field_id in made.values():
        portal.call("DELETE", f"crm/contact/customfield/{field_id}", as_="root")


def put(portal, owner, contact_id, field_id, value, as_="ann"):
    path = f"crm/{owner}/{contact_id}/customfield/{field_id}"
    return portal.call("POST", path, json={"fieldValue": value}, as_=as_)


def values(rows):
    return {row["id"]: row["fieldValue"] for row in rows}


def test_value_can_be_set_shown_and_cleared(portal, fields):
    person = make_person(portal)
    answer = put(portal, "person", person, fields["person"], " blue ")
    assert answer.status == 201
    shown = answer.response
    assert list(shown) == [
        *("entityId", "label", "fieldValue", "fieldType", "position", "mask", "id")
    ]
    assert (shown["entityId"], shown["fieldValue"]) == (person, " blue ")
    alone = contact(portal, person)["customFields"]
    assert values(alone) == {fields["person"]: " blue ", fields["heading"]: ""}
    assert alone == portal.call("GET", f"crm/person/{person}/customfield").response
    put(portal, "contact", person, fields["contact"], "x")
    listed = portal.call("GET", f"crm/contact/{person}/customfield").response
    assert values(listed) == {fields["contact"]: "x"}
    assert put(portal, "person", person, fields["person"], "").status == 201
    assert fields["person"] not in values(contact(portal, person)["customFields"])


def test_values_are_sent_with_a_contact_and_a_put_without_them_keeps_them(portal, fields):
    given = [
        *({"key": fields["company"], "value": "a"}, {"Key": fields["contact"], "Value": "b"}),
        *({"key": fields["person"], "value": "c"}, {"key": 2_000_000_000, "value": "d"}),
    ]
    company = make_company(portal, customFieldList=given)
    kept = {fields["company"]: "a", fields["contact"]: "b"}
    assert values(contact(portal, company)["customFields"]) == kept
    path = f"crm/contact/company/{company}"
    portal.call("PUT", path, json={"companyName": "A"})
    assert values(contact(portal, company)["customFields"]) == kept
    one = {"companyName": "A", "customFieldList": [{"key": fields["company"], "value": ""}]}
    portal.call("PUT", path, json=one)
    assert values(contact(portal, company)["customFields"]) == {fields["contact"]: "b"}


def test_list_shows_values_too(portal, fields):
    name = word()
    company = make_company(portal, companyName=name)
    put(portal, "company", company, fields["company"], "x")
    shown = portal.call("GET", f"crm/contact/filter?filterValue={name}").response[0]
    assert values(shown["customFields"]) == {fields["company"]: "x"}


def test_value_change_is_a_change_of_the_contact(portal, fields):
    person = make_person(portal)
    path = f"crm/person/{person}/customfield/{fields['person']}"
    headers = {"If-Match": f'"{person}-1"'}
    first = portal.call("POST", path, json={"fieldValue": "x"}, headers=headers)
    assert first.status == 201
    assert portal.call("POST", path, json={"fieldValue": "y"}, headers=headers).status == 412


def test_field_of_another_kind_is_refused(portal, fields):
    person, company = make_person(portal), make_company(portal)
    for owner, contact_id, field_id, status in (
        ("person", person, fields["company"], 404),
        ("contact", company, fields["person"], 404),
        ("person", company, fields["contact"], 404),
        ("person", person, 2_000_000_000, 404),
        ("person", person, 0, 400),
        ("person", 0, fields["person"], 400),
        ("person", person, fields["heading"], 400),
    ):
        assert put(portal, owner, contact_id, field_id, "x").status == status
    path = f"crm/person/{person}/customfield/{fields['person']}"
    assert portal.call("POST", path, json={}).status == 400
    assert portal.call("GET", f"crm/company/{person}/customfield").status == 404


def test_values_follow_the_access_to_their_contact(portal, fields):
    hidden = make_person(portal, as_="bob", shareType=0)
    read_only = make_person(portal, as_="bob", shareType=2)
    put(portal, "person", hidden, fields["person"], "secret", "bob")
    assert portal.call("GET", f"crm/person/{hidden}/customfield").status == 404
    assert put(portal, "person", hidden, fields["person"], "x").status == 404
    assert put(portal, "person", read_only, fields["person"], "x").status == 403
    assert put(portal, "person", read_only, fields["person"], "x", "gus").status == 403
    shown = portal.call("GET", f"crm/person/{hidden}/customfield", as_="root").response
    assert values(shown)[fields["person"]] == "secret"

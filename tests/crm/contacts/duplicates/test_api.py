"""Contacts that share an address, a number or a name, among those that the caller sees."""

import pytest

from tests.contract.scene import run
from tests.crm.contacts.info.making import add
from tests.crm.contacts.making import contact, make_company, word
from tests.making import make_person
from tests.running import Portal


def duplicates(portal, query="", as_="ann"):
    """The ids of the contacts of each group, by what they share."""
    answer = portal.call("GET", f"crm/contact/duplicates{query}", as_=as_)
    assert answer.status == 200, answer.text
    found = {}
    for group in answer.response:
        assert group["contactsCount"] == len(group["contacts"])
        found[group["by"], group["value"]] = [each["id"] for each in group["contacts"]]
    return found


@pytest.fixture
def empty(portal):
    return portal.fresh()


def person(portal, as_="ann", **inputs):
    """A person with a unique name."""
    return make_person(portal, as_, **{"lastName": word(), **inputs})


def test_email_address_is_shared_in_any_case(empty):
    first, second, other = (person(empty) for _ in range(3))
    add(empty, first, data="Pat@Example.com")
    add(empty, second, data=" pat@example.COM")
    add(empty, other, data="pat@example.org")
    assert duplicates(empty) == {("email", "pat@example.com"): [first, second]}


def test_phone_is_shared_in_international_form(empty):
    first, second, third, other = (person(empty) for _ in range(4))
    for each, data in (
        (first, "+7 (495) 123-45-67"),
        (second, "tel. +74951234567"),
        (third, "+7 495 123-45-67 ext. 12"),
        (other, "101"),
    ):
        add(empty, each, infoType="Phone", category="Work", data=data)
    add(empty, person(empty), infoType="Phone", category="Work", data="101")
    assert duplicates(empty) == {("phone", "+74951234567"): [first, second]}


@pytest.mark.parametrize(
    ("founded_with", "data"),
    [("language = 'ru'", "8 495 123-45-67"), ("currency = 'RUB'", "(495) 1234567")],
)
def test_number_without_a_country_belongs_to_the_portals_country(portal, founded_with, data):
    database = portal.ground.databases.copy(portal.ground.template)
    run(database, f"update portal set {founded_with}")
    own = Portal(portal.ground, database, {})
    first, second = person(own), person(own)
    add(own, first, infoType="Phone", category="Work", data="+74951234567")
    add(own, second, infoType="Phone", category="Work", data=data)
    assert duplicates(own) == {("phone", "+74951234567"): [first, second]}
    own.close()


def test_name_is_shared_without_case_and_accents(empty):
    first = make_person(empty, firstName="Zoë", lastName="Müller")
    second = make_person(empty, firstName="zoe", lastName="MULLER")
    companies = [make_company(empty, companyName=name) for name in ("Łódź & Co", "lodz & co")]
    make_person(empty, firstName="Zoe", lastName="Meyer")
    assert duplicates(empty) == {
        ("name", "muller zoe"): [first, second],
        ("name", "co lodz"): companies,
    }


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (("O'Hara Ltd", "O\u2019HARA ltd.", "OHara Ltd"), "ltd ohara"),
        (('OOO "Roga i Kopyta"', "\u00abRoga i Kopyta\u00bb, OOO"), "i kopyta ooo roga"),
        (("Stahl-Bau GmbH", "  stahl bau  GmbH "), "bau gmbh stahl"),
        (("J. R. Smith", "Smith, J.R."), "j r smith"),
        (("!!!", "!!!"), "!!!"),
    ],
)
def test_name_is_shared_in_another_spelling(empty, names, value):
    companies = [make_company(empty, companyName=name) for name in names]
    make_company(empty, companyName=f"{names[0]} Nord")
    assert duplicates(empty, "?by=name") == {("name", value): companies}
    one = empty.call("GET", f"crm/contact/{companies[0]}/duplicates").response
    assert [each["id"] for each in one[0]["contacts"]] == companies
    empty.call("PUT", f"crm/contact/company/{companies[0]}", json={"companyName": "Other"})
    rest = companies[1:]
    assert duplicates(empty, "?by=name") == ({("name", value): rest} if rest[1:] else {})


def test_single_contact_has_no_duplicates(empty):
    alone = person(empty)
    for _ in range(2):
        add(empty, alone, data="pat@example.com")
    assert duplicates(empty) == {}
    assert empty.call("GET", "crm/contact/duplicates").json["total"] == 0


def test_hidden_contacts_are_neither_shown_nor_counted(empty):
    shown, other = person(empty), person(empty)
    hidden = person(empty, "bob", shareType=0)
    for each, as_ in ((shown, "ann"), (other, "ann"), (hidden, "bob")):
        add(empty, each, as_, data="pat@example.com")
    mail = ("email", "pat@example.com")
    assert duplicates(empty) == {mail: [shown, other]}
    assert duplicates(empty, as_="root") == {mail: [shown, other, hidden]}
    empty.call("DELETE", f"crm/contact/{other}")
    assert duplicates(empty) == {}
    assert empty.call("GET", "crm/contact/duplicates?count=0").json["total"] == 0
    assert duplicates(empty, as_="root") == {mail: [shown, hidden]}
    assert empty.call("GET", "crm/contact/duplicates", as_="gus").status == 403


def test_groups_are_sorted_by_kind_in_pages_with_their_total(empty):
    name = word()
    for data in ("b@example.com", "a@example.com"):
        for _ in range(2):
            made = make_person(empty, lastName=name)
            add(empty, made, data=data)
            add(empty, made, infoType="Phone", category="Work", data="+1 650 253 0000")
    path = "crm/contact/duplicates"
    whole = empty.call("GET", path)
    shared_with = [(each["by"], each["value"]) for each in whole.response]
    assert shared_with == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
        ("phone", "+16502530000"),
        ("name", f"pat {name}"),
    ]
    assert whole.json["total"] == 4
    pages = [empty.call("GET", f"{path}?count=3&startIndex={start}") for start in (0, 3, 6)]
    assert [each.json["total"] for each in pages] == [4, 4, 4]
    assert pages[0].response + pages[1].response + pages[2].response == whole.response
    assert pages[0].json["nextIndex"] == 3
    assert (
        set(duplicates(empty, "?by=email"))
        == {shared_with[0], shared_with[1]}
        == set(shared_with[:2])
    )
    assert set(duplicates(empty, "?by=phone&by=NAME")) == set(shared_with[2:])
    assert set(duplicates(empty, "?by[]=2")) == {shared_with[3]}
    assert empty.call("GET", f"{path}?by=shoe").status == 400
    assert empty.call("GET", f"{path}?sortBy=value").status == 400


def test_oldest_hundred_contacts_of_a_large_group_are_shown(empty):
    names = [{"key": "Ann", "value": "Same"}] * 103
    made = empty.call("POST", "crm/contact/person/quick", json={"data": names}).response
    [group] = empty.call("GET", "crm/contact/duplicates").response
    assert group["contactsCount"] == 103
    assert [each["id"] for each in group["contacts"]] == [each["id"] for each in made[:100]]


def test_group_shows_each_contact_as_other_records_embed_it(empty):
    first, second = person(empty), person(empty, shareType=0)
    for each in (first, second):
        add(empty, each, data="pat@example.com")
    [group] = empty.call("GET", "crm/contact/duplicates").response
    assert list(group) == ["by", "value", "contactsCount", "contacts"]
    whole = contact(empty, second)
    assert group["contacts"][1] == {name: whole[name] for name in group["contacts"][1]}
    accept = 'application/json; profile="documented"'
    [group] = empty.call("GET", "crm/contact/duplicates", accept=accept).response
    assert list(group) == ["By", "Value", "ContactsCount", "Contacts"]
    answer = empty.call("GET", "crm/contact/duplicates.xml").text
    assert "<by>email</by><value>pat@example.com</value>" in answer


def test_contact_lists_what_it_shares_and_with_which_contacts(portal):
    name, mail = word(), word()
    one, namesake = (make_person(portal, lastName=name) for _ in range(2))
    hidden = make_person(portal, "bob", lastName=name, shareType=0)
    other = person(portal)
    add(portal, one, data=f"{mail}@example.com")
    add(portal, one, data="nobody else's")
    add(portal, other, data=f"{mail.upper()}@example.com")
    path = f"crm/contact/{one}/duplicates"

    def shared_with(as_="ann"):
        answer = portal.call("GET", path, as_=as_)
        return [(each["by"], [one["id"] for one in each["contacts"]]) for each in answer.response]

    assert shared_with() == [("email", [one, other]), ("name", [one, namesake])]
    assert shared_with("root") == [("email", [one, other]), ("name", [one, namesake, hidden])]
    assert portal.call("GET", f"crm/contact/{hidden}/duplicates").status == 404
    assert portal.call("GET", "crm/contact/0/duplicates").status == 400
    assert portal.call("GET", path, as_="gus").status == 403

"""Contacts found by their contact data, and lists that show it."""

import pytest

from tests.crm.contacts.info.making import add, address
from tests.crm.contacts.making import contact, make_company, word
from tests.making import make_opportunity, make_person

BASE = [
    *("smallFotoUrl", "mediumFotoUrl", "displayName", "isCompany", "isPrivate", "isShared"),
    *("shareType", "currency", "canEdit", "canDelete", "id"),
]


def get(portal, path, as_="ann"):
    answer = portal.call("GET", f"crm/contact/{path}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def ids(found):
    return [each["id"] for each in found]


def test_lists_show_data_and_addresses_only_if_there_are_any(portal):
    name = word()
    with_all, bare = (make_person(portal, firstName=each, lastName=name) for each in "AB")
    mail = add(portal, with_all)
    sent = address(isPrimary=True)
    portal.call("POST", f"crm/contact/{with_all}/addressdata", json=sent)
    first, second = get(portal, f"filter?filterValue={name}&sortBy=displayname")
    assert (ids([first, second])) == [with_all, bare]
    assert first["commonData"] == [mail]
    assert [each["city"] for each in first["addresses"]] == ["Bonn"]
    assert second["commonData"] == []
    assert "addresses" not in second
    simple = [each["contact"] for each in get(portal, f"simple/filter?filterValue={name}")]
    assert [each["commonData"] for each in simple] == [[mail], []]
    assert [("addresses" in each) for each in simple] == [False, False]


def test_mail_returns_the_primary_address_of_each_visible_contact(portal):
    first, second, bare = make_person(portal), make_person(portal, shareType=0), make_person(portal)
    hidden = make_person(portal, as_="bob", shareType=0)
    add(portal, first, data="other@example.com")
    primary = add(portal, first, isPrimary=True)
    add(portal, second, data="second@example.com")
    add(portal, hidden, "bob", isPrimary=True)
    contact_ids = [bare, second, first, hidden, 2_000_000_000, first]
    query = "&".join(f"contactids={each}" for each in contact_ids)
    found = get(portal, f"mail?{query}")
    assert ids(found) == [bare, second, first]
    assert list(found[2]) == ["email", *BASE]
    assert found[2]["email"] == primary
    assert "email" not in found[0]
    assert "email" not in found[1]
    assert get(portal, "mail") == []


def test_prefix_shows_the_primary_phone(portal):
    name = word()
    person, other = (make_person(portal, firstName=each, lastName=name) for each in "AB")
    phone = add(portal, person, infoType=0, data="+1 650 253 0000", isPrimary=True)
    add(portal, person, infoType=0, data="+1 650 253 0001")
    add(portal, other, isPrimary=True)
    found = get(portal, f"byprefix?prefix={name}")
    assert list(found[0]) == ["phone", *BASE]
    assert found[0]["phone"] == phone
    assert "phone" not in found[1]
    deal = make_opportunity(portal, members=[person])
    found = get(portal, f"byprefix?prefix={name}&entityType=opportunity&entityID={deal}")
    assert [each["phone"] for each in found] == [phone]


def test_term_matches_an_address_or_a_name(portal):
    mark = word()
    by_mail = make_person(portal, firstName="B")
    by_name = make_company(portal, companyName=f"A {mark.upper()}")
    without = make_company(portal, companyName=f"C {mark}")
    mail = add(portal, by_mail, data=f"x{mark}@example.com")
    add(portal, by_mail, data=f"y{mark}@example.com")
    add(portal, by_name, data="info@example.com")
    add(portal, without, infoType="Skype", data=mark)
    hidden = make_person(portal, as_="bob", shareType=0)
    add(portal, hidden, "bob", data=f"{mark}@example.com")
    path = f"simple/byEmail?term={mark}&maxCount="
    found = [each["contact"] for each in get(portal, f"{path}20")]
    assert ids(found) == [by_name, by_mail]
    assert found[1]["commonData"][0] == mail
    assert "customFields" not in found[0]
    assert ids(each["contact"] for each in get(portal, f"{path}1")) == [by_name]
    assert ids(each["contact"] for each in get(portal, f"{path}20", "bob")) != ids(found)
    for term, expected in (
        (f"{mark[2:].upper()}@example.COM", [by_mail]),
        (f"{mark}.example", []),
        (f"{mark}%20a", [by_name]),
    ):
        words = f"simple/byEmail?term={term}&maxCount=20"
        assert ids(each["contact"] for each in get(portal, words)) == expected
    for nothing in (f"{path}0", f"simple/byEmail?term={mark}", "simple/byEmail?maxCount=5",
                    "simple/byEmail?term=%20&maxCount=5"):  # fmt: skip
        assert get(portal, nothing) == []


def test_contacts_are_found_by_what_their_data_contains(portal):
    mark = word()
    person, company = make_person(portal), make_company(portal)
    hidden = make_person(portal, as_="bob", shareType=0)
    add(portal, person, data=f"Pat.{mark}@Example.com", category="Home", isPrimary=True)
    add(portal, company, data=f"{mark}@example.org")
    add(portal, company, infoType="Skype", data=mark)
    add(portal, hidden, "bob", data=f"{mark}@example.net")
    path = f"bycontactinfo?infoType=email&data={mark}"
    answer = portal.call("GET", f"crm/contact/{path}")
    assert ids(answer.response) == [company, person]
    assert answer.json.get("total") in (None, 2)
    assert answer.response == [contact(portal, company), contact(portal, person)]
    assert ids(get(portal, f"{path}@EXAMPLE.COM")) == [person]
    assert ids(get(portal, f"{path}&category=0")) == [person]
    assert ids(get(portal, f"{path}&category=Work")) == [company]
    assert ids(get(portal, f"{path}&isPrimary=true")) == [person]
    assert ids(get(portal, f"{path}&isPrimary=false")) == [company]
    assert ids(get(portal, f"{path}&count=1&startIndex=1")) == [person]
    by_cursor = portal.call("GET", f"crm/contact/{path}&count=1&cursor=")
    assert (ids(by_cursor.response), by_cursor.json["total"]) == ([company], 2)
    following = f"{path}&count=1&cursor={by_cursor.json['nextCursor']}"
    assert ids(get(portal, following)) == [person]
    assert ids(get(portal, path.replace("email", "Skype"))) == [company]
    assert hidden in ids(get(portal, path, "root"))
    for wrong in ("bycontactinfo?data=x", f"{path}&category=Mobile", "bycontactinfo?infoType=x"):
        assert portal.call("GET", f"crm/contact/{wrong}").status == 400


def test_empty_text_matches_any_data(portal):
    person = make_person(portal)
    add(portal, person, infoType="AIM", category="Other", data="pat", isPrimary=True)
    found = ids(get(portal, "bycontactinfo?infoType=AIM&data=&category=2"))
    assert person in found


@pytest.mark.parametrize("spelling", ["%2B1%20650%20253-{}", "(650)%20253{}", "253-{}"])
def test_contacts_are_found_by_any_spelling_of_a_phone_number(portal, spelling):
    number = str(int(word()[1:], 16))[-4:]
    person = make_person(portal)
    add(portal, person, infoType="Phone", category="Fax", data=f"+1 (650) 253-{number}")
    path = f"bycontactinfo?infoType=Phone&category=Fax&data={spelling.format(number)}"
    assert person in ids(get(portal, path))
    assert get(portal, "bycontactinfo?infoType=Phone&data=no%20digits") == []


def test_contacts_are_found_by_a_part_of_an_address(portal):
    street = word()
    person = make_person(portal)
    sent = address(street=f"{street.upper()} 5")
    portal.call("POST", f"crm/contact/{person}/addressdata", json=sent)
    path = f"bycontactinfo?infoType=Address&data={street}%205,%20bonn"
    assert ids(get(portal, path)) == [person]

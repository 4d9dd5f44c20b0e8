"""The country of the organisation decides what a national phone number means."""

from tests.crm.contacts.info.making import add
from tests.making import make_person
from tests.running import Portal


def test_national_and_international_spellings_are_duplicates_in_the_portals_country(
    portal: Portal,
) -> None:
    own = portal.fresh()
    address = {"street": "Ring 1", "city": "Berlin", "country": "DE"}
    path = "crm/settings/organisation/address"
    assert own.call("PUT", path, json=address, as_="root").status == 200
    people = []
    for number in ("+49 30 1234567", "030 1234567 (office)", "0049 30\u202f123\u202f45\u202f67"):
        people.append(make_person(own))
        add(own, people[-1], infoType="Phone", data=number)
    found = own.call("GET", "crm/contact/duplicates?by=phone").response
    assert [(each["value"], each["contactsCount"]) for each in found] == [("+49301234567", 3)]
    assert [each["id"] for each in found[0]["contacts"]] == people

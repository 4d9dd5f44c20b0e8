"""Contacts in both profiles and as XML."""

from lxml import etree

from tests.crm.contacts.making import make_company
from tests.making import make_person

DOCUMENTED = 'application/json; profile="documented"'


def test_documented_profile_shows_every_member(portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    shown = portal.call("GET", f"crm/contact/{person}", accept=DOCUMENTED).response
    assert list(shown) == [
        *("FirstName", "LastName", "Company", "Title", "Addresses", "CreateBy", "Created"),
        *("About", "Industry", "ContactStatus", "CommonData", "CustomFields", "Tags", "TaskCount"),
        *("HaveLateTasks", "SmallFotoUrl", "MediumFotoUrl", "DisplayName", "IsCompany"),
        *("AccessList", "IsPrivate", "IsShared", "ShareType", "Currency", "CanEdit", "CanDelete"),
        "id",
    ]
    assert (shown["ContactStatus"], shown["Tags"], shown["TaskCount"]) == (None, [], 0)
    assert shown["Company"]["DisplayName"] == "Acme"
    listed = portal.call("GET", f"crm/contact/company/{company}/person", accept=DOCUMENTED)
    assert [*listed.response[0]] == [*shown]


def test_xml_has_the_same_content(portal):
    company = make_company(portal, companyName="Ben & Jerry <ltd>")
    person = make_person(portal, companyId=company, shareType=0)
    answer = portal.call("GET", f"crm/contact/{person}.xml")
    response = etree.fromstring(answer.body).find("response")
    assert response.findtext("company/displayName") == "Ben & Jerry <ltd>"
    assert response.findtext("accessList/displayName") == "Ann Archer"
    assert response.findtext("isPrivate") == "true"
    assert [child.tag for child in response][-1] == "id"

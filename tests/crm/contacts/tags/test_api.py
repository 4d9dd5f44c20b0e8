"""The tags of contacts."""

import pytest

from tests.crm.contacts.making import make_company, word
from tests.making import make_person


def tags(portal, contact_id, as_="ann"):
    answer = portal.call("GET", f"crm/contact/{contact_id}/tag", as_=as_)
    assert answer.status == 200
    other = portal.call("GET", f"crm/contact/tag/{contact_id}", as_=as_)
    assert other.response == answer.response
    return answer.response


def test_new_tag_is_created_and_attached_once(portal):
    person, title = make_person(portal), word()
    for spelled in (f" {title}\r\n", title.upper(), title):
        answer = portal.call("POST", f"crm/contact/{person}/tag", json={"tagName": spelled})
        assert (answer.status, answer.response) == (201, spelled)
    assert tags(portal, person) == [title]
    listed = portal.call("GET", "crm/contact/tag").response
    assert {"title": title, "relativeItemsCount": 1} in listed


def test_tag_can_be_detached_even_if_it_is_not_attached(portal):
    person, other, title = make_person(portal), make_person(portal), word()
    portal.call("POST", f"crm/contact/{person}/tag", json={"tagName": title})
    for contact_id in (person, other):
        path = f"crm/contact/{contact_id}/tag"
        answer = portal.call("DELETE", f"{path}?tagName={title.upper()}")
        assert (answer.status, answer.response) == (200, title.upper())
        assert tags(portal, contact_id) == []
    answer = portal.call("DELETE", f"crm/contact/{person}/tag?tagName={word()}")
    assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_tags_need_the_right_to_edit(portal, method):
    read_only = make_person(portal, as_="bob", shareType=2)
    hidden = make_person(portal, as_="bob", shareType=0)
    for contact_id, status in ((read_only, 403), (hidden, 404), (2_000_000_000, 404), (0, 400)):
        path = f"crm/contact/{contact_id}/tag"
        assert portal.call(method, path, json={"tagName": "Lead"}).status == status
    for title in ("", " \n"):
        path = f"crm/contact/{make_person(portal)}/tag"
        assert portal.call(method, path, json={"tagName": title}).status == 400


def test_tags_of_hidden_contacts_get_404(portal):
    hidden = make_person(portal, shareType=0)
    for path in (f"crm/contact/{hidden}/tag", f"crm/contact/tag/{hidden}"):
        assert portal.call("GET", path, as_="bob").status == 404
        assert portal.call("GET", path, as_="gus").status == 403


def test_many_contacts_are_tagged_by_id_and_others_skipped(portal):
    mine, read_only = make_person(portal), make_person(portal, as_="bob", shareType=2)
    title = word()
    body = {"entityid": [read_only, mine, 2_000_000_000], "tagName": title}
    answer = portal.call("POST", "crm/contact/taglist", json=body)
    assert (answer.status, answer.response) == (201, title)
    assert (tags(portal, mine), tags(portal, read_only)) == ([title], [])
    assert portal.call("POST", "crm/contact/taglist", json={"entityid": [mine]}).status == 400


def test_many_contacts_are_tagged_by_filter(portal):
    name, title = word(), word()
    person, company = make_person(portal, lastName=name), make_company(portal, companyName=name)
    path = f"crm/contact/filter/taglist?filterValue={name}&contactListView=Person"
    assert portal.call("POST", path, json={"tagName": title}).response == title
    assert (tags(portal, person), tags(portal, company)) == ([title], [])
    assert portal.call("GET", f"crm/contact/filter?tags={title}").json["total"] == 1


def test_company_and_its_persons_are_tagged_together(portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    read_only = make_person(portal, as_="bob", companyId=company, shareType=2)
    for kind, contact_id in (("company", company), ("person", person)):
        title = word()
        path = f"crm/{kind}/{contact_id}/tag/group"
        answer = portal.call("POST", path, json={"tagName": title})
        assert (answer.status, answer.response) == (201, title)
        carried = [tags(portal, each) for each in (company, person, read_only)]
        assert carried == [[title], [title], []]
        answer = portal.call("DELETE", path, json={"tagName": title})
        assert (answer.status, answer.response) == (200, title)
        assert tags(portal, company) == tags(portal, person) == []
        assert portal.call("DELETE", path, json={"tagName": word()}).status == 404


def test_group_of_the_wrong_kind_gets_the_reference_error(portal):
    for kind, contact_id in (("company", make_person(portal)), ("person", make_company(portal))):
        answer = portal.call("POST", f"crm/{kind}/{contact_id}/tag/group", json={"tagName": "x"})
        assert answer.status == 400
        assert answer.json["error"]["message"].startswith(f"Contact is not a {kind}")


def test_person_without_a_company_is_a_group_of_one(portal):
    person, title = make_person(portal), word()
    portal.call("POST", f"crm/person/{person}/tag/group", json={"tagName": title})
    assert tags(portal, person) == [title]

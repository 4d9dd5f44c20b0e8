"""Contacts and projects; a portal has no projects."""

import pytest

from tests.making import make_person


def test_unknown_project_has_no_contacts(portal):
    answer = portal.call("GET", "crm/contact/project/7")
    assert (answer.status, answer.response) == (200, [])
    assert portal.call("GET", "crm/contact/project/0").status == 400


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_link_says_that_there_are_no_projects(portal, method):
    person = make_person(portal)
    answer = portal.call(method, f"crm/contact/{person}/project/7")
    assert answer.status == 404
    assert "this portal has no projects" in answer.json["error"]["message"]
    for contact, project, status in ((person, 0, 400), (0, 7, 400), (2_000_000_000, 7, 404)):
        refused = portal.call(method, f"crm/contact/{contact}/project/{project}")
        assert refused.status == status
        assert "no projects" not in refused.json["error"]["message"]


def test_hidden_contact_gets_404_for_any_project(portal):
    hidden = make_person(portal, as_="bob", shareType=0)
    for method in ("POST", "DELETE"):
        answer = portal.call(method, f"crm/contact/{hidden}/project/7")
        assert (answer.status, answer.json["error"]["message"]) == (404, "Not found")


def test_link_of_several_says_that_there_are_no_projects(portal):
    person = make_person(portal)
    answer = portal.call("POST", "crm/contact/project/7", json={"contactid": [person]})
    assert answer.status == 404
    assert "this portal has no projects" in answer.json["error"]["message"]
    assert portal.call("POST", "crm/contact/project/7", json={"contactid": []}).status == 400
    assert portal.call("POST", "crm/contact/project/0", json={"contactid": [1]}).status == 400
    assert portal.call("POST", "crm/contact/project/7", json={}, as_="gus").status == 403

"""The tags of cases, as a client sees them."""

import pytest

from tests.crm.cases.making import make_case, word
from tests.making import make_opportunity


def attach(portal, case_id, title, as_="ann"):
    return portal.call("POST", f"crm/case/{case_id}/tag", json={"tagName": title}, as_=as_)


def tags(portal, case_id, as_="ann"):
    return portal.call("GET", f"crm/case/{case_id}/tag", as_=as_).response


def test_tag_can_be_attached_listed_and_detached(portal):
    case_id, title = make_case(portal), word()
    answer = attach(portal, case_id, f" {title} ")
    assert (answer.status, answer.response) == (201, f" {title} ")
    attach(portal, case_id, title.upper())
    assert tags(portal, case_id) == [title]
    assert portal.call("GET", f"crm/case/tag/{case_id}").response == [title]
    answer = portal.call("DELETE", f"crm/case/{case_id}/tag", json={"tagName": title})
    assert (answer.status, tags(portal, case_id)) == (200, [])
    rows = portal.call("GET", f"crm/case/{case_id}/audit").response
    assert [row["action"] for row in rows] == ["untagged", "tagged", "created"]


def test_tags_of_cases_differ_from_tags_of_opportunities(portal):
    title, case_id = word(), make_case(portal)
    attach(portal, case_id, title)
    path = f"crm/opportunity/{make_opportunity(portal)}/tag"
    assert portal.call("DELETE", path, json={"tagName": title}).status == 404


def test_tag_counts_the_cases_that_the_caller_sees(portal):
    title = word()
    attach(portal, make_case(portal), title)
    attach(portal, make_case(portal, isPrivate=True), title)
    for user, expected in (("ann", 2), ("bob", 1), ("root", 2)):
        found = portal.call("GET", "crm/case/tag", as_=user).response
        assert {each["title"]: each.get("relativeItemsCount", 0) for each in found}[
            title
        ] == expected
    assert title not in portal.call("DELETE", "crm/case/tag/unused", as_="root").response


def test_many_cases_are_tagged_by_ids_and_by_a_filter(portal):
    mark, title = word(), word()
    mine, hidden = make_case(portal, title=mark), make_case(portal, "bob", isPrivate=True)
    sent = {"entityid": [mine, hidden, 999_999], "tagName": title}
    assert portal.call("POST", "crm/case/taglist", json=sent).status == 201
    assert (tags(portal, mine), tags(portal, hidden, "bob")) == ([title], [])
    other = make_case(portal, title=mark)
    path = f"crm/case/filter/taglist?filterValue={mark}"
    assert portal.call("POST", path, json={"tagName": title}).response == title
    assert tags(portal, other) == [title]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "tag/0", {}, 400),
        ("GET", "999999/tag", {}, 404),
        ("POST", "999999/tag", {"tagName": "x"}, 404),
        ("POST", "999999/tag", {}, 400),
        ("DELETE", "999999/tag", {"tagName": "x"}, 404),
        ("POST", "taglist", {"entityid": [1]}, 400),
    ],
)
def test_bad_values_get_an_error(portal, method, path, sent, status):
    assert portal.call(method, f"crm/case/{path}", json=sent).status == status


def test_tags_of_a_hidden_case_get_404(portal):
    case_id = make_case(portal, isPrivate=True)
    assert attach(portal, case_id, "x", "bob").status == 404
    assert portal.call("GET", f"crm/case/{case_id}/tag", as_="bob").status == 404

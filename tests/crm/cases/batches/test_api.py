"""Deleting and sharing many cases at once, as a client sees it."""

import pytest

from tests.crm.cases.making import case, listed, make_case, people, word


def test_visible_cases_are_deleted_and_returned_as_they_were(portal):
    mine, other = make_case(portal), make_case(portal, "bob", isPrivate=True)
    before = case(portal, mine)
    sent = {"casesids": [mine, other, 999_999, 0, mine]}
    answer = portal.call("PUT", "crm/case", json=sent)
    assert (answer.status, answer.response) == (200, [before])
    assert portal.call("GET", f"crm/case/{mine}").status == 404
    assert case(portal, other, "bob")
    assert portal.call("PUT", "crm/case", json={"casesids": []}).response == []
    rows = portal.call("GET", "crm/case/filter?count=1000").response
    assert mine not in [each["id"] for each in rows]


def test_filter_deletes_its_matches(portal):
    mark = word()
    open_one, closed = make_case(portal, title=mark), make_case(portal, title=mark)
    portal.call("PUT", f"crm/case/{closed}/close")
    hidden = make_case(portal, "bob", title=mark, isPrivate=True)
    answer = portal.call("DELETE", f"crm/case/filter?filterValue={mark}&isClosed=true")
    assert [each["id"] for each in answer.response] == [closed]
    assert listed(portal, f"filterValue={mark}") == [open_one]
    portal.call("DELETE", f"crm/case/filter?filterValue={mark}")
    assert listed(portal, f"filterValue={mark}", "bob") == [hidden]


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "filter"), ("PUT", "filter/access"), ("POST", "filter/taglist")],
)
def test_empty_filter_and_unknown_parameter_change_nothing(portal, method, path):
    own = portal.fresh()
    case_id = make_case(own)
    sent = {"tagName": "x", "isPrivate": True} if method != "DELETE" else {}
    if path == "filter/access":
        sent = {"isPrivate": True}
    if path == "filter/taglist":
        sent = {"tagName": "x"}
    assert own.call(method, f"crm/case/{path}", json=sent).status == 400
    assert own.call(method, f"crm/case/{path}?isclsed=true", json=sent).status == 400
    assert own.call(method, f"crm/case/{path}?filterValue=%2C", json=sent).status in (200, 201)
    shown = case(own, case_id)
    assert not shown["isPrivate"]
    assert own.call("GET", f"crm/case/{case_id}/tag").response == []
    answer = own.call(method, f"crm/case/{path}?all=true", json=sent)
    assert answer.status in (200, 201), answer.text


def test_many_cases_are_shared_like_single_ones(portal):
    bob, cid = portal.id_of("bob"), portal.id_of("cid")
    public, private = make_case(portal), make_case(portal, isPrivate=True, accessList=[cid])
    theirs = make_case(portal, "bob")
    sent = {"casesid": [theirs, private, public, private], "isPrivate": True, "accessList": [bob]}
    answer = portal.call("PUT", "crm/case/access", json=sent)
    assert [each["id"] for each in answer.response] == [public, private]
    assert [people(each) for each in answer.response] == [{"ann", "bob"}] * 2
    assert not case(portal, theirs)["isPrivate"]
    rows = portal.call("GET", f"crm/case/{public}/audit").response
    assert rows[0]["action"] == "shared"


def test_filter_shares_the_cases_that_the_caller_created(portal):
    mark = word()
    mine, theirs = make_case(portal, title=mark), make_case(portal, "bob", title=mark)
    sent = {"isPrivate": True}
    answer = portal.call("PUT", f"crm/case/filter/access?filterValue={mark}", json=sent)
    assert [each["id"] for each in answer.response] == [mine]
    assert listed(portal, f"filterValue={mark}", "cid") == [theirs]

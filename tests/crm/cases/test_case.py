"""One case is created, read, changed and deleted, as a client sees it."""

import pytest

from tests.crm.cases.making import case, listed, make_case, make_field, message, people, word
from tests.making import at_once, make_person

SHOWN = ["members", "createBy", "created", "title", "isClosed", "isPrivate", "canEdit"]


def test_case_shows_its_members_first_and_its_id_last(portal):
    person = make_person(portal)
    answer = portal.call(
        "POST", "crm/case", json={"title": " Returned goods ", "members": [person]}
    )
    assert answer.status == 201
    shown = answer.response
    assert list(shown) == [*SHOWN, "customFields", "id"]
    assert shown["title"] == " Returned goods "
    assert (shown["isClosed"], shown["isPrivate"], shown["canEdit"]) == (False, False, True)
    assert [each["id"] for each in shown["members"]] == [person]
    assert shown["createBy"]["id"] == portal.id_of("ann")
    assert case(portal, shown["id"]) == shown
    assert answer.headers["ETag"] == f'"{shown["id"]}-1"'


def test_case_in_the_documented_profile_has_every_member(portal):
    case_id = make_case(portal, title="A & B", isPrivate=True)
    accept = 'application/json; profile="documented"'
    shown = portal.call("GET", f"crm/case/{case_id}", accept=accept).response
    assert list(shown) == [
        *("Members", "CreateBy", "Created", "Title", "IsClosed", "IsPrivate", "AccessList"),
        *("CanEdit", "CustomFields", "id"),
    ]
    assert "<title>A &amp; B</title>" in portal.call("GET", f"crm/case/{case_id}.xml").text
    documented = portal.call("GET", f"crm/case/{case_id}", accept='text/xml; profile="documented"')
    assert "<IsPrivate>True</IsPrivate>" in documented.text


def test_access_list_appears_for_a_private_case_only(portal):
    case_id = make_case(portal, isPrivate=True, accessList=[portal.id_of("bob")])
    shown = case(portal, case_id, "bob")
    assert list(shown) == [*SHOWN[:-1], "accessList", "canEdit", "customFields", "id"]
    assert people(shown) == {"ann", "bob"}
    assert "accessList" not in case(portal, make_case(portal))


def test_hidden_contacts_do_not_become_members(portal):
    hidden, seen = make_person(portal, "bob", shareType=0), make_person(portal)
    case_id = make_case(portal, members=[hidden, seen, 999_999, 0, -1])
    assert [each["id"] for each in case(portal, case_id, "root")["members"]] == [seen]


def test_put_replaces_the_title_and_keeps_absent_values(portal):
    bob, field, person = portal.id_of("bob"), make_field(portal), make_person(portal)
    case_id = make_case(
        portal,
        members=[person],
        isPrivate=True,
        accessList=[bob],
        customFieldList=[{"key": field, "value": "kept"}],
        externalId=word(),
    )
    before = case(portal, case_id)
    for absent in ({}, {"members": [], "accessList": []}, {"members": None, "accessList": None}):
        answer = portal.call("PUT", f"crm/case/{case_id}", json={"title": "New", **absent})
        assert answer.status == 200, answer.text
        assert answer.response == before | {"title": "New"}


def test_put_replaces_members_except_hidden_ones(portal):
    hidden, first, second = make_person(portal, "bob", shareType=0), *[make_person(portal)] * 1, 0
    second = make_person(portal)
    case_id = make_case(portal, members=[first])
    portal.call("POST", f"crm/case/{case_id}/contact", json={"contactid": hidden}, as_="root")
    sent = {"title": "x", "members": [second]}
    shown = portal.call("PUT", f"crm/case/{case_id}", json=sent).response
    assert [each["id"] for each in shown["members"]] == [second]
    seen = case(portal, case_id, "root")["members"]
    assert sorted(each["id"] for each in seen) == sorted([hidden, second])


def test_empty_custom_value_clears_it(portal):
    field = make_field(portal)
    case_id = make_case(portal, customFieldList=[{"key": field, "value": "red"}])
    assert case(portal, case_id)["customFields"][-1]["fieldValue"] == "red"
    sent = {"title": "x", "customFieldList": [{"key": field, "value": ""}]}
    shown = portal.call("PUT", f"crm/case/{case_id}", json=sent).response
    assert field not in [each["id"] for each in shown["customFields"]]


def test_case_can_be_closed_and_reopened_repeatedly(portal):
    case_id = make_case(portal)
    for action, is_closed in (("close", True), ("reopen", False)):
        tags = set()
        for _ in range(2):
            answer = portal.call("PUT", f"crm/case/{case_id}/{action}")
            assert (answer.status, answer.response["isClosed"]) == (200, is_closed)
            tags.add(answer.headers["ETag"])
        assert len(tags) == 1
    rows = portal.call("GET", f"crm/case/{case_id}/audit").response
    assert [row["action"] for row in rows] == ["reopened", "closed", "created"]


@pytest.mark.parametrize("action", ["close", "reopen", "access"])
def test_hidden_case_gets_404(portal, action):
    case_id = make_case(portal, isPrivate=True)
    assert portal.call("PUT", f"crm/case/{case_id}/{action}", as_="cid").status == 404
    assert portal.call("PUT", f"crm/case/999999/{action}").status == 404


def test_only_the_creator_and_administrators_share_a_case(portal):
    case_id = make_case(portal, isPrivate=True, accessList=[portal.id_of("bob")])
    path, sent = f"crm/case/{case_id}/access", {"isPrivate": False}
    assert portal.call("PUT", path, json=sent, as_="bob").status == 403
    payload = {"title": "Bob's", "isPrivate": False}
    assert portal.call("PUT", f"crm/case/{case_id}", json=payload, as_="bob").response["isPrivate"]
    shown = portal.call("PUT", path, json=sent, as_="root").response
    assert (shown["isPrivate"], shown.get("accessList")) == (False, None)
    shown = portal.call("PUT", path, json={"isPrivate": True}).response
    assert people(shown) == {"ann"}
    assert portal.call("GET", f"crm/case/{case_id}", as_="bob").status == 404


def test_private_with_an_empty_list_is_private(portal):
    case_id = make_case(portal, isPrivate=True, accessList=[])
    assert portal.call("GET", f"crm/case/{case_id}", as_="cid").status == 404


def test_deleted_case_is_returned_as_it_was_and_then_gets_404(portal):
    person, field, title = make_person(portal), make_field(portal), word()
    values = [{"key": field, "value": "v"}]
    case_id = make_case(
        portal, title=title, members=[person], isPrivate=True, customFieldList=values
    )
    before = case(portal, case_id)
    answer = portal.call("DELETE", f"crm/case/{case_id}")
    assert (answer.status, answer.response) == (200, before)
    for method, path in (("GET", ""), ("DELETE", ""), ("PUT", "/close"), ("GET", "/audit")):
        assert portal.call(method, f"crm/case/{case_id}{path}").status == 404
    assert listed(portal, f"filterValue={title}") == []


def test_dependents_of_a_case_are_deleted_and_restored_with_it(portal):
    case_id = make_case(portal)
    wished = {
        "title": "Call",
        "deadLine": "2026-05-05T10:00:00Z",
        "responsibleId": portal.id_of("ann"),
        "entityType": "case",
        "entityId": case_id,
        "categoryId": portal.call("GET", "crm/task/category").response[0]["id"],
    }
    task = portal.call("POST", "crm/task", json=wished)
    assert task.status == 201, task.text
    path = f"crm/task/{task.response['id']}"
    for method, address, sent in (
        ("DELETE", f"crm/case/{case_id}", {}),
        ("PUT", "crm/case", {"casesids": [case_id]}),
    ):
        answer = portal.call(method, address, json=sent).response
        (shown,) = answer if isinstance(answer, list) else [answer]
        assert shown["alsoDeleted"]["tasks"] == 1
        assert portal.call("GET", path).status == 404
        back = {"items": [{"entityType": "case", "id": case_id}]}
        assert portal.call("PUT", "crm/trash/restore", json=back).status == 200
        assert portal.call("GET", path).response["entity"]["entityId"] == case_id
        assert "alsoDeleted" not in case(portal, case_id)


def test_audit_trail_records_the_changes(portal):
    person = make_person(portal, firstName="Member")
    case_id = make_case(portal, title="First")
    sent = {"title": "Second", "members": [person]}
    portal.call("PUT", f"crm/case/{case_id}", json=sent)
    updated, created = portal.call("GET", f"crm/case/{case_id}/audit").response
    assert created["action"] == "created"
    changes = {each["field"]: (each["old"], each["new"]) for each in updated["changes"]}
    assert changes == {"title": ("First", "Second"), "members": ([], [person])}
    assert portal.call("GET", f"crm/case/{case_id}/audit", as_="gus").status == 403


def test_old_version_gets_412(portal):
    case_id = make_case(portal)
    path = f"crm/case/{case_id}"
    old = {"If-Match": portal.call("GET", path).headers["ETag"]}
    assert portal.call("PUT", path, json={"title": "x"}, headers=old).status == 200
    for method, sub in (("PUT", ""), ("PUT", "/close"), ("PUT", "/access"), ("DELETE", "")):
        assert portal.call(method, path + sub, json={"title": "y"}, headers=old).status == 412
    new = portal.call("GET", path).headers["ETag"]
    assert portal.call("GET", path, headers={"If-None-Match": new}).status == 304


def test_external_id_belongs_to_one_case(portal):
    key = word()
    case_id = make_case(portal, externalId=key)
    assert case(portal, case_id)["externalId"] == key
    answer = portal.call("POST", "crm/case", json={"title": "x", "externalId": key})
    assert answer.status == 409
    assert key in message(answer)
    portal.call("PUT", f"crm/case/{case_id}", json={"title": "x", "externalId": ""})
    assert "externalId" not in case(portal, case_id)


def test_repeated_request_with_a_key_creates_one_case(portal):
    title, key = word(), {"Idempotency-Key": word()}
    answers = at_once(
        *[lambda: portal.call("POST", "crm/case", json={"title": title}, headers=key)] * 2
    )
    assert {answer.status for answer in answers} == {201}
    assert len(listed(portal, f"filterValue={title}")) == 1


@pytest.mark.parametrize(
    ("column", "path"), [("creationDate", "creationdate"), ("lastModifedDate", "lastmodifeddate")]
)
def test_timestamps_can_be_set_for_imports(portal, column, path):
    case_id = make_case(portal)
    sent = {column: "2001-02-03T04:05:06Z"}
    assert portal.call("PUT", f"crm/case/{case_id}/{path}", json=sent).response == {}
    if column == "creationDate":
        assert case(portal, case_id)["created"].startswith("2001-02-03T04:05:06")
    answer = portal.call("PUT", f"crm/case/{case_id}/{path}", json={})
    assert (answer.status, column in message(answer)) == (400, True)
    hidden = make_case(portal, isPrivate=True)
    assert portal.call("PUT", f"crm/case/{hidden}/{path}", json=sent, as_="cid").status == 404


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "says"),
    [
        ("POST", "crm/case", {}, 400, "title"),
        ("POST", "crm/case", {"title": ""}, 400, "title"),
        ("POST", "crm/case", {"title": "x" * 256}, 400, "title"),
        ("POST", "crm/case", {"title": "a\u0000b"}, 400, "title"),
        ("POST", "crm/case", {"title": "x", "members": ["y"]}, 400, "members"),
        ("POST", "crm/case", {"title": "x", "accessList": ["y"]}, 400, "accessList"),
        ("POST", "crm/case", {"title": "x", "externalId": "y" * 256}, 400, "externalId"),
        (
            "POST",
            "crm/case",
            {"title": "x", "accessList": ["aaaaaaaa-0000-0000-0000-000000000000"]},
            400,
            "accessList",
        ),
        ("GET", "crm/case/0", {}, 404, ""),
        ("GET", "crm/case/99999999999", {}, 404, ""),
        ("PUT", "crm/case/0", {"title": "x"}, 400, "caseid"),
        ("PUT", "crm/case/0/close", {}, 400, "caseid"),
        ("PUT", "crm/case/0/access", {}, 400, "caseid"),
        ("DELETE", "crm/case/0", {}, 404, ""),
        ("PUT", "crm/case/999999", {"title": ""}, 404, ""),
    ],
)
def test_bad_values_get_400_with_the_parameter(portal, method, path, sent, status, says):
    answer = portal.call(method, path, json=sent)
    assert answer.status == status, answer.text
    assert says.lower() in message(answer).lower()


@pytest.mark.parametrize(
    "path", ["crm/case/filter", "crm/case/1", "crm/case/byprefix", "crm/case/1/contact"]
)
def test_guest_gets_403_for_cases(portal, path):
    assert portal.call("GET", path, as_="gus").status == 403
    assert portal.call("GET", path, as_=None).status == 401

"""People and groups as pages of the settings: roles, states, ways in, and the work of somebody who
leaves."""

import re

import pytest

from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.running import Portal
from tests.security.test_page_routes import Visitor
from tests.ui.test_settings_pages import toast, undo


@pytest.fixture
def root(portal: Portal) -> Visitor:
    return Visitor(portal.fresh(), "root")


def person(root: Visitor, name: str) -> str:
    return f"/settings/people/{root.portal.id_of(name)}"


def make_task(root: Visitor, owner: str) -> int:
    category = root.portal.call("GET", "crm/task/category").response[0]["id"]
    sent = {
        "title": "Call",
        "deadline": "2031-05-04",
        "categoryId": category,
        "responsibleId": owner,
    }
    return int(root.portal.call("POST", "crm/task", json=sent).response["id"])


def test_work_of_a_leaving_person_goes_to_another_and_back(root: Visitor):
    ann, bob = root.portal.id_of("ann"), root.portal.id_of("bob")
    deal = make_opportunity(root.portal, responsibleid=ann)
    task = make_task(root, ann)
    group = root.post("/settings/groups", {"name": "Team", "members": ann, "manager": ann})
    assert toast(group)[0] == "Added: Team"

    def owners() -> set[str]:
        shown = root.portal.call("GET", f"crm/opportunity/{deal}").response["responsible"]["id"]
        of_task = root.portal.call("GET", f"crm/task/{task}").response["responsible"]["id"]
        return {shown, of_task}

    path = f"{person(root, 'ann')}/hand-over"
    assert "1 open opportunity, 1 open task" in root.get(path).text
    for to in (ann, root.portal.id_of("gus"), "nobody"):
        assert root.post(path, {"to": to}).status == 400, to
    undo(root, group)
    handed = root.post(path, {"to": bob})
    assert toast(handed)[0] == "2 records handed over"
    assert owners() == {bob}
    undo(root, handed)
    assert owners() == {ann}
    assert root.post("/settings/people/nobody/hand-over", {"to": bob}).status == 404


@on_sqlite
def test_account_role_and_state_change_and_are_undone(root: Visitor):
    path = person(root, "bob")
    form: dict[str, object] = {"first_name": "Robert", "last_name": "B", "email": "r@example.com"}

    def shown() -> tuple[str, str, bool]:
        bob = root.portal.call("GET", f"people/{root.portal.id_of('bob')}", as_="root").response
        return bob["firstName"], bob["email"], bob["isAdmin"]

    before = shown()
    for address, sent, after in (
        (path, form, ("Robert", "r@example.com", False)),
        (f"{path}/role", {"role": "admin"}, (*before[:2], True)),
    ):
        changed = root.post(address, sent)
        assert shown() == after
        undo(root, changed)
        assert shown() == before
    assert root.post(f"{path}/role", {"role": "owner"}).status == 400
    assert root.post(path, {**form, "email": "ann@example.com"}).status == 400
    assert root.post(f"{person(root, 'root')}/role", {"role": "user"}).status in (400, 403)
    off = root.post(f"{path}/state", {"off": "1"})
    assert Visitor(root.portal, "bob").get("/profile").status == 303
    undo(root, off)
    assert root.post(f"{path}/delete", {}).status == 400
    root.post(f"{path}/state", {"off": "1"})
    assert toast(root.post(f"{path}/delete", {})) == ("The account is deleted", "")
    assert root.get(path).status == 404


@on_sqlite
def test_ways_in_end_at_once_and_a_link_opens_a_new_one(root: Visitor):
    path = person(root, "cid")
    assert Visitor(root.portal, "cid").get("/profile").status == 200
    root.post(f"{path}/end-sessions", {})
    assert Visitor(root.portal, "cid").get("/profile").status == 303
    made = root.post(f"{path}/link", {})
    found = re.search(r'value="https?://[^/]+(/password/[^"]+)"', made.text)
    assert found
    assert root.portal.call("GET", found[1], as_=None, accept="text/html").status == 200


@on_sqlite
def test_groups_are_changed_and_undone(root: Visitor):
    ann, bob = root.portal.id_of("ann"), root.portal.id_of("bob")
    root.post("/settings/groups", {"name": "North", "members": ann, "manager": ann})
    [group] = [
        each for each in root.portal.call("GET", "group").response if each["name"] == "North"
    ]
    path = f"/settings/groups/{group['id']}"

    def shown() -> tuple[str, str, set[str]]:
        found = root.portal.call("GET", f"group/{group['id']}").response
        return found["name"], found["manager"]["id"], {each["id"] for each in found["members"]}

    changed = root.post(path, {"name": "South", "members": bob, "manager": bob})
    assert shown() == ("South", bob, {bob})
    undo(root, changed)
    assert shown() == ("North", ann, {ann})
    deleted = root.post(f"{path}/delete", {})
    assert "North" not in root.get("/settings/groups").text
    undo(root, deleted)
    assert "North" in root.get("/settings/groups").text
    for form in ({"name": ""}, {"name": "x", "members": "nobody"}):
        assert root.post("/settings/groups", {**form}).status == 400
    assert root.post("/settings/groups/nothing", {"name": "x"}).status == 404

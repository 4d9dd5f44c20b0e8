"""The routes of the four lists, as a client sees them."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.crm.tasks.making import make_task
from tests.making import at_once, make_person, stored

STATUS, TYPE = "contact/status", "contact/type"
TASKS, EVENTS = "task/category", "history/category"
LISTS = (STATUS, TYPE, TASKS, EVENTS)
KEYS = ["title", "description", "color", "sortOrder", "id"]


def requested(**more):
    return {"title": f"New {uuid4()}", "color": "#fed", "imageName": "call.png", **more}


def make(portal, path, **more):
    answer = portal.call("POST", f"crm/{path}", json=requested(**more), as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def listed(portal, path, as_="ann"):
    return portal.call("GET", f"crm/{path}", as_=as_).response


def message(answer):
    return answer.json["error"]["message"]


@pytest.mark.parametrize("path", LISTS)
def test_a_new_portal_has_items_in_order(portal, path):
    shown = listed(portal.fresh(), path)
    assert [item["sortOrder"] for item in shown] == [*range(1, len(shown) + 1)]
    image = ["imagePath"] if "category" in path else []
    assert all(list(item) == image + KEYS for item in shown)


@pytest.mark.parametrize("path", LISTS)
def test_only_administrators_change_a_list(portal, path):
    for method, target in (
        ("POST", path),
        ("PUT", f"{path}/1"),
        ("PUT", f"{path}/reorder"),
        ("DELETE", f"{path}/1"),
        ("DELETE", f"{path}/0"),
        ("DELETE", f"{path}/99999"),
    ):
        answer = portal.call(method, f"crm/{target}", json={}, as_="bob")
        assert (answer.status, message(answer)) == (403, "Access Denied")


@pytest.mark.parametrize("path", [f"{TASKS}/1/icon", f"{EVENTS}/1/icon", f"{STATUS}/1/color"])
def test_only_administrators_change_how_an_item_looks(portal, path):
    assert portal.call("PUT", f"crm/{path}", json={}, as_="bob").status == 403


@pytest.mark.parametrize("path", LISTS)
def test_a_new_item_stands_at_the_end_and_reads_back_as_it_was_answered(portal, path):
    made = make(portal, path, description="More")
    assert made == listed(portal, path)[-1]
    assert made == portal.call("GET", f"crm/{path}/{made['id']}").response
    assert made["description"] == ("" if path == TYPE else "More")
    assert made["color"] == ("#fed" if path == STATUS else "")
    if path in (TASKS, EVENTS):
        assert made["imagePath"] == "/products/crm/app_themes/default/images/call.png"


def test_a_new_item_takes_the_place_it_asks_for(portal):
    assert make(portal, TYPE, sortOrder=7)["sortOrder"] == 7


@pytest.mark.parametrize("path", LISTS)
def test_a_title_that_is_there_already_gives_the_item_that_has_it(portal, path):
    made = make(portal, path)
    again = make(portal, path, title=made["title"], color="#000", imageName="other.png")
    assert again == made
    assert [item["title"] for item in listed(portal, path)].count(made["title"]) == 1


@pytest.mark.parametrize(
    ("path", "wrong", "parameter"),
    [
        (STATUS, {"title": ""}, "title"),
        (STATUS, {"title": "x" * 256}, "title"),
        (STATUS, {"color": ""}, "color"),
        (STATUS, {"color": "blue"}, "color"),
        (TYPE, {"title": ""}, "title"),
        (TYPE, {"sortOrder": -1}, "sortOrder"),
        (TASKS, {"imageName": ""}, "imageName"),
        (EVENTS, {"imageName": "images/"}, "imageName"),
        (EVENTS, {"description": "x" * 65_001}, "description"),
    ],
)
def test_bad_values_are_refused_by_name_and_change_nothing(portal, path, wrong, parameter):
    before = listed(portal, path)
    for method, target in (("POST", path), ("PUT", f"{path}/{before[0]['id']}")):
        answer = portal.call(method, f"crm/{target}", json=requested(**wrong), as_="root")
        assert answer.status == 400
        assert parameter in message(answer)
    assert listed(portal, path) == before


@pytest.mark.parametrize("path", LISTS)
def test_an_item_of_another_list_is_not_found(portal, path):
    other = listed(portal, TYPE if path == STATUS else STATUS)[0]["id"]
    for method in ("GET", "PUT", "DELETE"):
        for target, status in ((other, 404), (99999, 404), (0, 400)):
            answer = portal.call(method, f"crm/{path}/{target}", json=requested(), as_="root")
            assert answer.status == status, (method, target)


@pytest.mark.parametrize("path", LISTS)
def test_an_update_replaces_all_but_the_place(portal, path):
    made = make(portal, path, description="Old")
    change = requested(sortOrder=99, color="#000", imageName="../x/other file.png")
    target = f"crm/{path}/{made['id']}"
    after = portal.call("PUT", target, json=change, as_="root").response
    assert after["sortOrder"] == made["sortOrder"]
    assert after["title"] == change["title"]
    assert after["description"] == ""
    assert after["color"] == ("#000" if path == STATUS else "")
    if path in (TASKS, EVENTS):
        assert after["imagePath"].endswith("/images/other%20file.png")
    assert portal.call("GET", target).response == after


@pytest.mark.parametrize("path", [TASKS, EVENTS])
def test_a_category_gets_another_icon(portal, path):
    made = make(portal, path)
    change = {"imageName": "fax.png"}
    after = portal.call("PUT", f"crm/{path}/{made['id']}/icon", json=change, as_="root").response
    assert after == {**made, "imagePath": made["imagePath"].replace("call", "fax")}
    missing = portal.call("PUT", f"crm/{path}/99999/icon", json=change, as_="root")
    assert missing.status == 404


@pytest.mark.parametrize("path", LISTS)
def test_items_are_reordered_by_title(portal, path):
    first, second = make(portal, path), make(portal, path)
    titles = [second["title"], first["title"], second["title"]]
    answer = portal.call("PUT", f"crm/{path}/reorder", json={"titles": titles}, as_="root")
    assert [(item["id"], item["sortOrder"]) for item in answer.response] == [
        (second["id"], 1),
        (first["id"], 2),
    ]
    after = listed(portal, path)
    assert [item["id"] for item in after][:2] == [second["id"], first["id"]]
    assert [item["sortOrder"] for item in after] == [*range(1, len(after) + 1)]


@pytest.mark.parametrize("path", LISTS)
def test_an_order_with_an_unknown_title_changes_nothing(portal, path):
    before = listed(portal, path)
    change = {"titles": [before[-1]["title"], "Nowhere"]}
    answer = portal.call("PUT", f"crm/{path}/reorder", json=change, as_="root")
    assert answer.status == 404
    assert "Nowhere" in message(answer)
    assert listed(portal, path) == before


@pytest.mark.parametrize("path", LISTS)
def test_a_deleted_item_is_given_as_it_was(portal, path):
    made = make(portal, path)
    target = f"crm/{path}/{made['id']}"
    assert portal.call("DELETE", target, as_="root").response == made
    assert portal.call("DELETE", target, as_="root").status == 404
    assert made not in listed(portal, path)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (STATUS, "contact status"),
        (TYPE, "contact type"),
        (TASKS, "task category"),
        (EVENTS, "history category"),
    ],
)
def test_the_last_item_stays_also_when_two_are_deleted_at_once(portal, path, words):
    alone = portal.fresh()
    for item in listed(alone, path)[2:]:
        assert alone.call("DELETE", f"crm/{path}/{item['id']}", as_="root").status == 200
    for _ in range(3):
        ids = [item["id"] for item in listed(alone, path)]
        answers = at_once(
            *(
                lambda item_id=item_id: alone.call("DELETE", f"crm/{path}/{item_id}", as_="root")
                for item_id in ids
            )
        )
        done, refused = sorted(answers, key=lambda answer: answer.status)
        assert (done.status, refused.status) == (200, 400)
        assert message(refused) == f"The last {words} cannot be deleted"
        assert len(listed(alone, path)) == 1
        make(alone, path)


# ------------------------------------------------------------------------- what contacts use


def use(portal, status, **inputs):
    person = make_person(portal, **inputs)
    path = f"crm/contact/{person}/status"
    answer = portal.call("PUT", path, json={"contactStatusid": status["id"]})
    assert answer.status == 200, answer.text
    return person


def test_a_status_counts_the_contacts_that_the_caller_sees(portal):
    status = make(portal, STATUS)
    use(portal, status)
    use(portal, status, shareType=0)
    gone = use(portal, status)
    portal.call("DELETE", f"crm/contact/{gone}")
    for name, count in (("ann", 2), ("cid", 1), ("root", 2)):
        one = portal.call("GET", f"crm/{STATUS}/{status['id']}", as_=name).response
        assert next(iter(one.items())) == ("relativeItemsCount", count)
        assert one in listed(portal, STATUS, name)


def test_a_used_status_changes_only_its_colour(portal):
    status = make(portal, STATUS)
    use(portal, status, shareType=0)
    target = f"crm/{STATUS}/{status['id']}"
    edited = portal.call("PUT", target, json=requested(), as_="root")
    assert message(edited) == "Can't be edited. There are some related contacts."
    deleted = portal.call("DELETE", target, as_="root")
    assert message(deleted) == "Can't be deleted. There are some related contacts."
    assert (edited.status, deleted.status) == (400, 400)
    colored = portal.call("PUT", f"{target}/color", json={"color": "#012345"}, as_="root")
    assert colored.response["color"] == "#012345"


def test_the_trash_keeps_no_status(portal):
    status = make(portal, STATUS)
    person = use(portal, status)
    portal.call("DELETE", f"crm/contact/{person}")
    assert portal.call("DELETE", f"crm/{STATUS}/{status['id']}", as_="root").status == 200
    contact = schema.contact
    rows = stored(portal, select(contact.c.status_id).where(contact.c.id == person))
    assert rows == [(None,)]


def test_contact_cannot_get_a_status_being_deleted(portal):
    for _ in range(8):
        status, person = make(portal, STATUS), make_person(portal)
        target = f"crm/contact/{person}/status"
        put, deleted = at_once(
            lambda target=target, status=status: portal.call(
                "PUT", target, json={"contactStatusid": status["id"]}
            ),
            lambda status=status: portal.call("DELETE", f"crm/{STATUS}/{status['id']}", as_="root"),
        )
        assert {put.status, deleted.status} in ({200, 400}, {404, 200}), (put.text, deleted.text)


def test_tasks_go_to_the_category_that_replaces_theirs(portal):
    old, new = make(portal, TASKS), make(portal, TASKS)
    task, gone = (make_task(portal, categoryid=old["id"]) for _ in range(2))
    portal.call("DELETE", f"crm/task/{gone}")
    tag = portal.call("GET", f"crm/task/{task}").headers["ETag"]
    target = f"crm/{TASKS}/{old['id']}"
    for wrong in (0, -1, old["id"], 99999):
        answer = portal.call("DELETE", target, json={"newcategoryid": wrong}, as_="root")
        assert answer.status == 400
        assert "newcategoryid" in message(answer)
    answer = portal.call("DELETE", target, json={"newcategoryid": new["id"]}, as_="root")
    assert answer.response == {"relativeItemsCount": 1, **old}
    moved = portal.call("GET", f"crm/{TASKS}/{new['id']}").response
    assert moved["relativeItemsCount"] == 1
    shown = portal.call("GET", f"crm/task/{task}")
    assert shown.response["category"]["id"] == new["id"]
    assert shown.headers["ETag"] != tag
    newest = portal.call("GET", f"crm/task/{task}/audit").response[0]
    assert newest["changes"] == [{"field": "category", "old": old["id"], "new": new["id"]}]
    assert newest["by"]["id"] == portal.id_of("root")
    items = {"items": [{"entityType": "task", "id": gone}]}
    assert portal.call("PUT", "crm/trash/restore", json=items).status == 200
    assert portal.call("GET", f"crm/task/{gone}").response["category"]["id"] == new["id"]


def test_a_category_that_only_the_trash_uses_can_go(portal):
    old = make(portal, TASKS)
    gone = make_task(portal, categoryid=old["id"])
    portal.call("DELETE", f"crm/task/{gone}")
    assert portal.call("DELETE", f"crm/{TASKS}/{old['id']}", as_="root").status == 200
    items = {"items": [{"entityType": "task", "id": gone}]}
    assert portal.call("PUT", "crm/trash/restore", json=items).status == 200
    assert "category" not in portal.call("GET", f"crm/task/{gone}").response


def test_a_category_that_tasks_have_cannot_be_edited_and_counts_those_who_are_seen(portal):
    made = make(portal, TASKS)
    make_task(portal, categoryid=made["id"])
    make_task(portal, categoryid=made["id"], contactid=make_person(portal, shareType=0))
    payload = {"title": "Other", "imageName": "x.png"}
    answer = portal.call("PUT", f"crm/{TASKS}/{made['id']}", json=payload, as_="root")
    assert answer.status == 400
    assert "There are some tasks with this category" in message(answer)
    for as_, count in (("ann", 2), ("cid", 1), ("root", 2)):
        shown = portal.call("GET", f"crm/{TASKS}/{made['id']}", as_=as_).response
        assert shown["relativeItemsCount"] == count


def test_every_change_is_written_down(portal):
    made = make(portal, EVENTS)
    target = f"crm/{EVENTS}/{made['id']}"
    portal.call("PUT", f"{target}/icon", json={"imageName": "fax.png"}, as_="root")
    portal.call("DELETE", target, as_="root")
    audit = schema.audit
    query = select(audit.c.action, audit.c.changes).where(
        audit.c.entity_type == "history_category", audit.c.entity_id == made["id"]
    )
    rows = stored(portal, query.order_by(audit.c.id))
    assert [action for action, _ in rows] == ["created", "updated", "deleted"]
    assert rows[1][1] == '[["image_name","call.png","fax.png"]]'

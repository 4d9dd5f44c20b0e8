"""The routes of the pipeline, as a client sees them."""

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.making import at_once, make_opportunity, stored

NEW = {"title": "Talks", "color": "#abcdef", "successProbability": 40, "stageType": "Open"}
USED = "There are some opportunities at this stage."


def make_stage(portal, **inputs):
    answer = portal.call("POST", "crm/opportunity/stage", json={**NEW, **inputs}, as_="root")
    assert answer.status == 201, answer.text
    return answer.response["id"]


def stages(portal, as_="ann"):
    return portal.call("GET", "crm/opportunity/stage", as_=as_).response


def test_a_new_portal_has_nine_stages_in_order(portal):
    shown = stages(portal.fresh())
    assert [stage["sortOrder"] for stage in shown] == [*range(1, 10)]
    assert list(shown[0]) == [
        "successProbability",
        "stageType",
        "title",
        "description",
        "color",
        "sortOrder",
        "id",
    ]


def test_a_stage_counts_what_the_caller_sees_of_it(portal):
    stage_id = make_stage(portal)
    make_opportunity(portal, stageid=stage_id)
    make_opportunity(portal, stageid=stage_id, isPrivate=True)
    trashed = make_opportunity(portal, stageid=stage_id)
    portal.call("DELETE", f"crm/opportunity/{trashed}")
    for name, count in (("ann", 2), ("cid", 1), ("root", 2)):
        one = portal.call("GET", f"crm/opportunity/stage/{stage_id}", as_=name).response
        listed = next(stage for stage in stages(portal, name) if stage["id"] == stage_id)
        assert one == listed
        assert next(iter(one.items())) == ("relativeItemsCount", count)


def test_a_new_stage_stands_at_the_end_and_reads_back_as_it_was_answered(portal):
    requested = {**NEW, "description": "Talking", "stageType": "Successfully closed"}
    answer = portal.call("POST", "crm/opportunity/stage", json=requested, as_="root")
    made = answer.response
    assert made["stageType"] == 1
    assert made["description"] == "Talking"
    assert made == stages(portal)[-1]
    assert portal.call("GET", f"crm/opportunity/stage/{made['id']}").response == made


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "stage"),
        ("PUT", "stage/1"),
        ("PUT", "stage/1/color"),
        ("PUT", "stage/reorder"),
        ("DELETE", "stage/1"),
        ("DELETE", "stage/0"),
        ("DELETE", "stage/99999"),
    ],
)
def test_only_administrators_change_the_pipeline(portal, method, path):
    answer = portal.call(method, f"crm/opportunity/{path}", json={}, as_="ann")
    assert (answer.status, answer.json["error"]["message"]) == (403, "Access Denied")


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"successProbability": 101}, "successProbability"),
        ({"successProbability": -1}, "successProbability"),
        ({"color": ""}, "color"),
        ({"color": "red"}, "color"),
        ({"color": "#12345"}, "color"),
        ({"stageType": 3}, "stageType"),
        ({"stageType": "won"}, "stageType"),
    ],
)
def test_bad_values_are_refused_by_name_and_change_nothing(portal, wrong, parameter):
    before = stages(portal)
    for method, path in (("POST", "stage"), ("PUT", f"stage/{before[-1]['id']}")):
        answer = portal.call(method, f"crm/opportunity/{path}", json={**NEW, **wrong}, as_="root")
        assert answer.status == 400
        assert parameter in answer.json["error"]["message"]
    assert stages(portal) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "stage/0", 400),
        ("GET", "stage/99999", 404),
        ("PUT", "stage/0", 400),
        ("PUT", "stage/99999", 404),
        ("PUT", "stage/99999/color", 404),
        ("DELETE", "stage/0", 400),
        ("DELETE", "stage/99999", 404),
        ("DELETE", "stage/99999999999", 404),
    ],
)
def test_a_stage_that_is_not_there_is_not_found(portal, method, path, status):
    assert portal.call(method, f"crm/opportunity/{path}", json=NEW, as_="root").status == status


def test_an_update_replaces_all_but_the_place(portal):
    stage_id = make_stage(portal, description="old")
    place = stages(portal)[-1]["sortOrder"]
    requested = {"title": "Done", "color": "#000", "successProbability": 100, "stageType": 1}
    answer = portal.call("PUT", f"crm/opportunity/stage/{stage_id}", json=requested, as_="root")
    assert answer.response == {**requested, "description": "", "sortOrder": place, "id": stage_id}


def test_a_used_stage_changes_only_its_colour(portal):
    stage_id = make_stage(portal)
    made = make_opportunity(portal, stageid=stage_id, isPrivate=True)
    path = f"crm/opportunity/stage/{stage_id}"
    edited = portal.call("PUT", path, json=NEW, as_="root")
    assert (edited.status, edited.json["error"]["message"]) == (400, f"Can't be edited. {USED}")
    deleted = portal.call("DELETE", path, as_="root")
    assert (deleted.status, deleted.json["error"]["message"]) == (400, f"Can't be deleted. {USED}")
    colored = portal.call("PUT", f"{path}/color", json={"color": "#123"}, as_="root")
    assert colored.response["color"] == "#123"
    shown = portal.call("GET", f"crm/opportunity/{made}").response["stage"]
    assert shown["color"] == "#123"


def test_reordering_answers_the_stages_as_they_were_named(portal):
    first, second = make_stage(portal, title="First"), make_stage(portal, title="Second")
    before = [stage["id"] for stage in stages(portal)]
    requested = {"ids": [second, first, second]}
    answer = portal.call("PUT", "crm/opportunity/stage/reorder", json=requested, as_="root")
    assert [(stage["id"], stage["sortOrder"]) for stage in answer.response] == [
        (second, 1),
        (first, 2),
    ]
    after = stages(portal)
    rest = [each for each in before if each not in (first, second)]
    assert [stage["id"] for stage in after] == [second, first, *rest]
    assert [stage["sortOrder"] for stage in after] == [*range(1, len(after) + 1)]


def test_an_order_with_an_unknown_stage_changes_nothing(portal):
    before = stages(portal)
    requested = {"ids": [before[-1]["id"], 99999]}
    answer = portal.call("PUT", "crm/opportunity/stage/reorder", json=requested, as_="root")
    assert answer.status == 404
    assert "99999" in answer.json["error"]["message"]
    assert stages(portal) == before


def test_a_deleted_stage_is_given_as_it_was(portal):
    stage_id = make_stage(portal)
    before = portal.call("GET", f"crm/opportunity/stage/{stage_id}").response
    path = f"crm/opportunity/stage/{stage_id}"
    assert portal.call("DELETE", path, as_="root").response == before
    assert portal.call("DELETE", path, as_="root").status == 404
    assert stage_id not in [stage["id"] for stage in stages(portal)]


def test_even_the_last_stage_may_go(portal):
    alone = portal.fresh()
    for stage in stages(alone):
        path = f"crm/opportunity/stage/{stage['id']}"
        assert alone.call("DELETE", path, as_="root").status == 200
    assert stages(alone) == []


def test_the_trash_keeps_no_stage_but_asks_for_another_when_it_is_emptied(portal):
    stage_id = make_stage(portal)
    made = make_opportunity(portal, stageid=stage_id)
    portal.call("DELETE", f"crm/opportunity/{made}")
    assert portal.call("DELETE", f"crm/opportunity/stage/{stage_id}", as_="root").status == 200
    item = {"entityType": "opportunity", "id": made}
    answer = portal.call("PUT", "crm/trash/restore", json={"items": [item]})
    assert answer.status == 400, answer.text
    assert portal.call("GET", f"crm/opportunity/{made}").status == 404


def test_every_change_is_written_down(portal):
    stage_id = make_stage(portal)
    path = f"crm/opportunity/stage/{stage_id}"
    portal.call("PUT", path, json={**NEW, "title": "Chat"}, as_="root")
    portal.call("PUT", f"{path}/color", json={"color": "#111"}, as_="root")
    portal.call("DELETE", path, as_="root")
    audit = schema.audit
    rows = stored(
        portal,
        select(audit.c.action, audit.c.changes).where(
            audit.c.entity_type == "stage", audit.c.entity_id == stage_id
        ).order_by(audit.c.id),
    )  # fmt: skip
    assert [action for action, _ in rows] == ["created", "updated", "updated", "deleted"]
    assert rows[1][1] == '[["title","Talks","Chat"]]'
    assert rows[2][1] == '[["color","#abcdef","#111"]]'


def test_opportunity_cannot_move_to_a_stage_being_deleted(portal):
    for _ in range(8):
        stage_id = make_stage(portal)
        requested = {
            "title": "Late",
            "responsibleid": portal.id_of("ann"),
            "stageid": stage_id,
            "bidCurrencyAbbr": "EUR",
        }
        moved = make_opportunity(portal)
        created, put, deleted = at_once(
            lambda requested=requested: portal.call("POST", "crm/opportunity", json=requested),
            lambda moved=moved, stage_id=stage_id: portal.call(
                "PUT", f"crm/opportunity/{moved}/stage/{stage_id}", json={"stageid": stage_id}
            ),
            lambda stage_id=stage_id: portal.call(
                "DELETE", f"crm/opportunity/stage/{stage_id}", as_="root"
            ),
        )
        assert created.status in (201, 400), created.text
        assert put.status in (200, 404), put.text
        assert deleted.status in (200, 400), deleted.text
        is_gone = deleted.status == 200
        assert is_gone == (created.status == 400 and put.status == 404)


def test_two_orders_at_once_leave_one_of_them(portal):
    ids = [stage["id"] for stage in stages(portal)]
    orders = (ids, ids[::-1])
    at_once(
        *(
            lambda order=order: portal.call(
                "PUT", "crm/opportunity/stage/reorder", json={"ids": order}, as_="root"
            )
            for order in orders
        )
    )
    after = stages(portal)
    assert [stage["id"] for stage in after] in orders
    assert [stage["sortOrder"] for stage in after] == [*range(1, len(after) + 1)]

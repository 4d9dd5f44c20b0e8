"""Changing groups of people, and who may."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.making import stored
from tests.people.new_accounts import new_account
from tests.running import Portal

MISSING = "9e107d9d-372b-46d6-b1f0-0123456789ab"
ANONYMOUS = "00000000-0000-0000-0000-000000000000"
SHAPE = ["id", "name", "category", "parent", "description", "manager", "members"]


def make(portal: Portal, **inputs):
    payload = {"groupName": uuid4().hex, **inputs}
    answer = portal.call("POST", "group", json=payload, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def call(portal: Portal, method, path, payload=None, as_="root", **options):
    return portal.call(method, path, json=payload or {}, as_=as_, **options)


def view(portal: Portal, group_id):
    return portal.call("GET", f"group/{group_id}", as_="root").response


def names(group):
    return sorted(each["displayName"] for each in group["members"])


WRITES = [
    ("POST", "group", {"groupName": "Pirates"}),
    ("PUT", "group/{id}", {"groupName": "Pirates"}),
    ("DELETE", "group/{id}", {}),
    ("POST", "group/{id}/members", {"members": ["{ann}"]}),
    ("PUT", "group/{id}/members", {"members": ["{ann}"]}),
    ("DELETE", "group/{id}/members", {"members": ["{bob}"]}),
    ("PUT", "group/{id}/manager", {"userid": "{ann}"}),
    ("PUT", "group/{id}/members/{other}", {}),
]


@pytest.mark.parametrize(("method", "path", "payload"), WRITES, ids=lambda each: str(each)[:30])
@pytest.mark.parametrize("role", ["nobody", "guest", "user", "crm_admin"])
def test_only_administrators_of_the_portal_change_groups(portal, method, path, payload, role):
    bob, ann = portal.id_of("bob"), portal.id_of("ann")
    group, other = make(portal, members=[bob], groupManager=bob), make(portal)
    ids = {"{id}": group["id"], "{other}": other["id"], "{ann}": ann, "{bob}": bob}
    sent = json.dumps(payload)
    for name, value in ids.items():
        path, sent = path.replace(name, value), sent.replace(name, value)
    headers = {} if role == "nobody" else new_account(portal, role).headers
    answer = portal.call(method, path, json=json.loads(sent), as_=None, headers=headers)
    assert answer.status == (401 if role == "nobody" else 403)
    assert view(portal, group["id"]) == group


@pytest.mark.parametrize(("method", "path", "payload"), WRITES[1:], ids=lambda each: str(each)[:30])
def test_a_group_that_does_not_exist_is_not_found(portal, method, path, payload):
    sent = json.loads(json.dumps(payload).replace("{ann}", portal.id_of("ann")))
    address = path.replace("{id}", MISSING).replace("{other}", make(portal)["id"])
    if "{bob}" not in json.dumps(sent):
        answer = call(portal, method, address, sent)
        assert (answer.status, answer.json["error"]["message"]) == (404, "group not found")
    own = make(portal)["id"]
    assert call(portal, "PUT", f"group/{own}/members/{MISSING}").status == 404


def test_a_new_group_has_its_manager_among_its_members(portal):
    ann, bob = portal.id_of("ann"), portal.id_of("bob")
    name = uuid4().hex
    made = make(portal, groupName=f" {name} ", groupManager=ann, members=[bob, bob])
    assert list(made) == SHAPE
    assert made["name"] == name
    assert made["manager"]["id"] == ann
    assert names(made) == ["Ann Archer", "Bob Baker"]
    assert view(portal, made["id"]) == made


def test_a_group_is_shown_in_every_spelling(portal):
    made = make(portal, members=[portal.id_of("ann")])
    accept = "application/json; profile=documented"
    pascal = call(portal, "PUT", f"group/{made['id']}", {}, accept=accept).response
    assert list(pascal) == ["Id", *(each.capitalize() for each in SHAPE[1:])]
    xml = call(portal, "PUT", f"group/{made['id']}.xml", {"groupName": "A & B"}).text
    assert "<name>A &amp; B</name>" in xml
    form = f"members[]={portal.id_of('bob')}&members[]={portal.id_of('cid')}"
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = portal.call("PUT", f"group/{made['id']}/members", body=form, headers=sent, as_="root")
    assert names(answer.response) == ["Bob Baker", "Cid Carver"]


def test_what_is_absent_stays(portal):
    ann, bob = portal.id_of("ann"), portal.id_of("bob")
    made = make(portal, groupManager=ann, members=[bob])
    path = f"group/{made['id']}"
    assert call(portal, "PUT", path, {}).response == made
    assert call(portal, "PUT", path, {"members": []}).response == made
    assert call(portal, "PUT", path, {"groupName": "Else"}).response == {**made, "name": "Else"}
    only = call(portal, "PUT", path, {"members": [bob]}).response
    assert (names(only), only["manager"]["displayName"]) == (["Bob Baker"], "Unknown")
    led = call(portal, "PUT", path, {"groupManager": bob}).response
    assert led["manager"]["id"] == bob
    free = call(portal, "PUT", path, {"groupManager": ANONYMOUS}).response
    assert (names(free), free["manager"]["displayName"]) == (["Bob Baker"], "Unknown")


def test_members_come_and_go(portal):
    ann, bob, cid = (portal.id_of(name) for name in ("ann", "bob", "cid"))
    made = make(portal, members=[ann])
    path = f"group/{made['id']}/members"
    answer = call(portal, "POST", path, {"members": [bob, ann]})
    assert (answer.status, names(answer.response)) == (201, ["Ann Archer", "Bob Baker"])
    assert names(call(portal, "DELETE", path, {"members": [ann, cid]}).response) == ["Bob Baker"]
    assert names(call(portal, "PUT", path, {"members": [cid]}).response) == ["Cid Carver"]
    assert names(call(portal, "PUT", path, {"members": []}).response) == []


def test_who_manages_a_group_belongs_to_it(portal):
    ann = portal.id_of("ann")
    made = make(portal)
    led = call(portal, "PUT", f"group/{made['id']}/manager", {"userid": ann}).response
    assert (led["manager"]["id"], names(led)) == (ann, ["Ann Archer"])
    left = call(portal, "DELETE", f"group/{made['id']}/members", {"members": [ann]}).response
    assert (left["manager"]["displayName"], names(left)) == ("Unknown", [])


def test_members_move_to_another_group(portal):
    ann, bob, cid = (portal.id_of(name) for name in ("ann", "bob", "cid"))
    source = make(portal, groupManager=ann, members=[bob])
    target = make(portal, members=[bob, cid])
    moved = call(portal, "PUT", f"group/{source['id']}/members/{target['id']}").response
    assert moved["id"] == target["id"]
    assert names(moved) == ["Ann Archer", "Bob Baker", "Cid Carver"]
    assert names(view(portal, source["id"])) == []
    same = call(portal, "PUT", f"group/{target['id']}/members/{target['id']}").response
    assert same == moved


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"groupName": ""}, "groupName"),
        ({"groupName": "  "}, "groupName"),
        ({"groupName": "a\tb"}, "groupName"),
        ({"groupName": "x" * 256}, "groupName"),
        ({"members": [MISSING]}, "members"),
        ({"members": ["nobody"]}, "members"),
        ({"groupManager": MISSING}, "groupManager"),
    ],
)
def test_what_cannot_be_is_refused_and_named(portal, payload, named):
    answer = call(portal, "POST", "group", {"groupName": "Sales", **payload})
    assert answer.status == 400
    assert named.lower() in answer.json["error"]["message"].lower()


def test_disabled_user_joins_no_group_but_stays_a_member(portal):
    nina = new_account(portal)
    made = make(portal, members=[nina.id])
    call(portal, "PUT", "people/status/Terminated", {"userIds": [nina.id]})
    path = f"group/{made['id']}/members"
    more = call(portal, "PUT", path, {"members": [nina.id, portal.id_of("ann")]})
    assert names(more.response) == ["Ann Archer", "Nina Newcomer"]
    assert call(portal, "POST", "group", {"groupName": "x", "members": [nina.id]}).status == 400


def test_a_group_goes_and_its_people_stay(portal):
    ann = portal.id_of("ann")
    made = make(portal, members=[ann])
    answer = call(portal, "DELETE", f"group/{made['id']}")
    assert (answer.status, answer.response) == (200, made)
    assert portal.call("GET", f"group/{made['id']}").status == 404
    groups = portal.call("GET", "people/ann").response.get("groups", [])
    assert made["id"] not in [each["id"] for each in groups]


def test_every_change_is_in_the_trail_and_a_repetition_is_none(portal):
    made = make(portal)
    for _ in range(2):
        call(portal, "PUT", f"group/{made['id']}", {"groupName": "Else"})
    call(portal, "DELETE", f"group/{made['id']}")
    table = schema.audit
    query = select(table.c.action, table.c.changes).where(table.c.entity_type == "group")
    rows = stored(portal, query.order_by(table.c.id))
    listed = [(action, json.loads(changes)) for action, changes in rows if made["id"] in changes]
    assert [action for action, _ in listed] == ["created", "updated", "deleted"]
    assert listed[1][1][1] == ["name", made["name"], "Else"]


def test_a_repeated_post_makes_one_group(portal):
    name = uuid4().hex
    headers = {"Idempotency-Key": uuid4().hex}
    first, second = (
        portal.call("POST", "group", json={"groupName": name}, as_="root", headers=headers)
        for _ in range(2)
    )
    assert first.response == second.response
    found = portal.call("GET", f"group/search?groupName={name}").response
    assert len(found) == 1

"""One task is created, read, replaced, closed and deleted."""

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.crm.tasks.making import add_task, category, make_task, task
from tests.making import make_opportunity, make_person, stored
from tests.running import Portal

MISSING = 2_000_000_000
WIRE = (
    *("createBy", "created", "contact", "title", "description", "deadLine", "alertValue"),
    *("responsible", "isClosed", "category", "entity", "canEdit", "externalId", "id"),
)


def private_person(portal: Portal, as_: str = "cid") -> int:
    """A contact that only its creator sees."""
    return make_person(portal, as_, shareType=0)


def test_new_task_shows_all_sent_values(portal: Portal):
    person, deal = make_person(portal), make_opportunity(portal, title="Big deal")
    made = add_task(
        portal,
        title="Visit",
        description="bring cake",
        responsibleid=portal.id_of("bob"),
        contactid=person,
        entityType="Opportunity",
        entityId=deal,
        alertValue=30,
        externalId=f"visit {person}",
    )
    assert tuple(made) == tuple(name for name in WIRE if name != "isClosed")
    assert made["contact"]["id"] == person
    assert made["entity"] == {
        "entityType": "opportunity",
        "entityId": deal,
        "entityTitle": "Big deal",
    }
    assert (made["responsible"]["id"], made["alertValue"]) == (portal.id_of("bob"), 30)
    assert made["deadLine"] == "2100-06-15T13:00:00.0000000Z"
    assert made["canEdit"] is True
    assert task(portal, made["id"]) == made


def test_absent_values_are_left_out(portal: Portal):
    made = add_task(portal)
    expected = ("createBy", "created", "title", "description", "deadLine", "responsible")
    assert tuple(made) == (*expected, "category", "canEdit", "id")
    assert made["responsible"]["id"] == portal.id_of("ann")


def test_deadline_without_offset_is_in_the_portals_zone(portal: Portal):
    berlin = portal.fresh(timezone="Europe/Berlin")
    made = add_task(berlin, deadline="2030-07-01")
    assert made["deadLine"] == "2030-07-01T00:00:00.0000000+02:00"


@pytest.mark.parametrize(
    ("wrong", "status", "names"),
    [
        ({"title": ""}, 400, "title"),
        ({"title": "x" * 256}, 400, "title"),
        ({"deadline": ""}, 400, "deadline"),
        ({"deadline": "0001-01-01T00:00:00"}, 400, "deadline"),
        ({"deadline": "soon"}, 400, "deadline"),
        ({"categoryid": 0}, 400, "categoryid"),
        ({"categoryid": MISSING}, 404, "Category is not found"),
        ({"responsibleid": "11111111-1111-1111-1111-111111111111"}, 400, "responsibleid"),
        ({"contactid": MISSING}, 400, "contactid"),
        ({"entityType": "invoice", "entityId": 1}, 400, "entityType"),
        ({"entityType": "contact", "entityId": 1}, 400, "entityType"),
        ({"entityId": 1}, 400, "entityType"),
        ({"entityType": "opportunity", "entityId": MISSING}, 400, "entityid"),
        ({"entityType": "case", "entityId": MISSING}, 400, "entityid"),
        ({"alertValue": -1}, 400, "alertValue"),
        ({"alertValue": 366 * 1440 + 1}, 400, "alertValue"),
    ],
)
def test_bad_values_get_an_error_with_the_parameter(
    portal: Portal, wrong: dict[str, object], status: int, names: str
):
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal), **wrong}
    for method, path in (("POST", "crm/task"), ("PUT", f"crm/task/{make_task(portal)}")):
        answer = portal.call(method, path, json=payload)
        assert answer.status == status, answer.text
        assert names.lower() in answer.json["error"]["message"].lower()


def test_category_of_another_list_is_refused(portal: Portal):
    history = portal.call("GET", "crm/history/category").response[0]["id"]
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": history}
    assert portal.call("POST", "crm/task", json=payload).status == 404


def test_guest_cannot_be_responsible(portal: Portal):
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    payload["responsibleid"] = portal.id_of("gus")
    assert portal.call("POST", "crm/task", json=payload).status == 400


def test_hidden_records_cannot_be_named(portal: Portal):
    hidden = private_person(portal)
    deal = make_opportunity(portal, "cid", isPrivate=True)
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    for more in ({"contactid": hidden}, {"entityType": "opportunity", "entityid": deal}):
        assert portal.call("POST", "crm/task", json=payload | more).status == 400


def test_put_of_all_read_values_changes_nothing(portal: Portal):
    made = add_task(
        portal,
        description="d",
        responsibleid=portal.id_of("bob"),
        contactid=make_person(portal),
        entityType="opportunity",
        entityId=make_opportunity(portal),
        alertValue=15,
        externalId=f"all {make_person(portal)}",
    )
    payload = {
        **{name: made[name] for name in ("title", "description", "deadLine", "alertValue")},
        "responsibleid": made["responsible"]["id"],
        "categoryid": made["category"]["id"],
        "contactid": made["contact"]["id"],
        **made["entity"],
    }
    for as_ in ("ann", "bob", "root"):
        answer = portal.call("PUT", f"crm/task/{made['id']}", json=payload, as_=as_)
        assert answer.status == 200, answer.text
        assert answer.response == made


def test_hidden_links_stay_when_another_user_replaces_the_task(portal: Portal):
    hidden, deal = private_person(portal), make_opportunity(portal, "cid", isPrivate=True)
    task_id = make_task(
        portal,
        "cid",
        responsibleid=portal.id_of("ann"),
        contactid=hidden,
        entityType="opportunity",
        entityId=deal,
    )
    shown = task(portal, task_id)
    assert "contact" not in shown
    assert "entity" not in shown
    payload = {"title": "New", "deadline": "2100-01-01", "categoryid": category(portal)}
    assert portal.call("PUT", f"crm/task/{task_id}", json=payload).status == 200
    theirs = task(portal, task_id, "cid")
    assert (theirs["title"], theirs["contact"]["id"]) == ("New", hidden)
    assert theirs["entity"]["entityId"] == deal
    other = make_person(portal)
    portal.call("PUT", f"crm/task/{task_id}", json=payload | {"contactid": other})
    assert task(portal, task_id, "cid")["contact"]["id"] == other


def test_visible_links_are_cleared_by_leaving_them_out(portal: Portal):
    made = add_task(
        portal,
        contactid=make_person(portal),
        entityType="opportunity",
        entityid=make_opportunity(portal),
        description="d",
        alertValue=5,
        responsibleid=portal.id_of("bob"),
        externalId=f"stays {make_person(portal)}",
    )
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal, 1)}
    changed = portal.call("PUT", f"crm/task/{made['id']}", json=payload).response
    assert not {"contact", "entity", "alertValue"} & set(changed)
    assert changed["description"] == ""
    # The responsible user and the externalId stay.
    assert changed["responsible"]["id"] == portal.id_of("bob")
    assert changed["externalId"] == made["externalId"]


def test_closing_and_reopening_are_idempotent(portal: Portal):
    task_id = make_task(portal)
    tags = []
    for way, is_closed in (("close", True), ("close", True), ("reopen", False), ("reopen", False)):
        answer = portal.call("PUT", f"crm/task/{task_id}/{way}")
        assert answer.status == 200, answer.text
        assert answer.response.get("isClosed", False) is is_closed
        tags.append(answer.headers["ETag"])
    assert tags[0] == tags[1] != tags[2] == tags[3]


def test_deleted_task_is_returned_as_it_was(portal: Portal):
    task_ids = add_task(portal, contactid=make_person(portal))
    answer = portal.call("DELETE", f"crm/task/{task_ids['id']}")
    assert (answer.status, answer.response) == (200, task_ids)
    assert portal.call("GET", f"crm/task/{task_ids['id']}").status == 404
    assert portal.call("DELETE", f"crm/task/{task_ids['id']}").status == 404


WAYS = (
    ("PUT", "", {"title": "x", "deadline": "2100-01-01", "categoryid": 1}),
    ("PUT", "/close", {}),
    ("PUT", "/reopen", {}),
    ("DELETE", "", {}),
    ("PUT", "/creationdate", {"creationDate": "2020-01-01"}),
    ("PUT", "/lastmodifeddate", {"lastModifedDate": "2020-01-01"}),
)


@pytest.mark.parametrize(("method", "path", "said"), WAYS)
def test_hidden_task_gets_404_and_read_only_task_gets_403(
    portal: Portal, method: str, path: str, said: dict[str, object]
):
    private = make_task(portal, contactid=make_person(portal, shareType=0))
    public = make_task(portal)
    for task_id, as_, status in (
        (private, "cid", 404),
        (public, "cid", 403),
        (public, "gus", 403),
        (MISSING, "ann", 404),
        (0, "ann", 400),
    ):
        answer = portal.call(method, f"crm/task/{task_id}{path}", json=said, as_=as_)
        assert answer.status == status, answer.text
    assert task(portal, public)["title"] == "Call back"


def test_responsible_user_may_change_a_task_of_a_hidden_record(portal: Portal):
    task_id = make_task(
        portal, contactid=make_person(portal, shareType=0), responsibleid=portal.id_of("bob")
    )
    assert task(portal, task_id, "bob")["canEdit"] is True
    assert portal.call("PUT", f"crm/task/{task_id}/close", as_="bob").status == 200
    # Assigned to another user it is hidden from the caller, but they get the result.
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    payload["responsibleid"] = portal.id_of("ann")
    assert portal.call("PUT", f"crm/task/{task_id}", json=payload, as_="bob").status == 200
    assert portal.call("GET", f"crm/task/{task_id}", as_="bob").status == 404


def test_old_version_gets_412_and_a_known_one_gets_304(portal: Portal):
    task_id = make_task(portal)
    first = portal.call("GET", f"crm/task/{task_id}").headers["ETag"]
    known = {"If-None-Match": first}
    assert portal.call("GET", f"crm/task/{task_id}", headers=known).status == 304
    portal.call("PUT", f"crm/task/{task_id}/close")
    for method, path in (("PUT", "/reopen"), ("DELETE", "")):
        answer = portal.call(method, f"crm/task/{task_id}{path}", headers={"If-Match": first})
        assert answer.status == 412


def test_timestamps_can_be_set_for_imports(portal: Portal):
    task_id = make_task(portal)
    payload = {"creationDate": "2020-01-02T03:04:05Z"}
    answer = portal.call("PUT", f"crm/task/{task_id}/creationdate", json=payload)
    assert (answer.status, answer.response) == (200, {})
    assert task(portal, task_id)["created"] == "2020-01-02T03:04:05.0000000Z"
    payload = {"lastModifedDate": "2021-01-02T03:04:05Z"}
    assert portal.call("PUT", f"crm/task/{task_id}/lastmodifeddate", json=payload).status == 200
    row = stored(portal, select(schema.task.c.modified_on).where(schema.task.c.id == task_id))
    assert row == [(1_609_556_645_000_000,)]
    for path in ("creationdate", "lastmodifeddate"):
        assert portal.call("PUT", f"crm/task/{task_id}/{path}", json={}).status == 400


def test_group_creates_one_task_per_contact(portal: Portal):
    people = [make_person(portal) for _ in range(3)]
    hidden = private_person(portal)
    payload = {
        "title": "Greet",
        "deadline": "2100-01-01",
        "categoryid": category(portal),
        "contactId": [people[2], hidden, people[0], people[2], people[1]],
        "alertValue": 10,
        "responsibleid": portal.id_of("bob"),
        "isNotify": True,
    }
    answer = portal.call("POST", "crm/contact/task/group", json=payload)
    assert answer.status == 201, answer.text
    assert [each["contact"]["id"] for each in answer.response] == [people[2], people[0], people[1]]
    ids = [each["id"] for each in answer.response]
    assert [task(portal, each) for each in ids] == answer.response
    words = select(schema.task_text.c.words).where(schema.task_text.c.id.in_(ids))
    assert {row[0].strip() for row in stored(portal, words)} == {"greet"}


def test_group_without_contacts_creates_no_task(portal: Portal):
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    answer = portal.call("POST", "crm/contact/task/group", json=payload | {"contactId": []})
    assert (answer.status, answer.response) == (201, [])
    refused = portal.call("POST", "crm/contact/task/group", json=payload | {"title": ""})
    assert refused.status == 400


def test_external_id_belongs_to_one_task(portal: Portal):
    key = f"key {make_person(portal)}"
    make_task(portal, externalId=key)
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    assert portal.call("POST", "crm/task", json=payload | {"externalId": key}).status == 409


def test_repeated_post_with_a_key_creates_one_task(portal: Portal):
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    key = {"Idempotency-Key": f"task {make_person(portal)}"}
    first, second = (portal.call("POST", "crm/task", json=payload, headers=key) for _ in range(2))
    assert first.response == second.response


@pytest.mark.parametrize("accept", ["text/xml", "application/json; profile=documented"])
def test_every_representation_shows_the_same_task(portal: Portal, accept: str):
    task_id = make_task(portal, contactid=make_person(portal))
    answer = portal.call("GET", f"crm/task/{task_id}", accept=accept)
    assert answer.status == 200
    expected = "<deadLine>2100" if "xml" in accept else '"DeadLine":"2100'
    assert expected in answer.text


def test_contact_of_a_task_has_its_primary_email_address(portal: Portal):
    person = make_person(portal)
    task_id = make_task(portal, contactid=person)
    assert "email" not in task(portal, task_id)["contact"]
    payload = {
        "infoType": "Email",
        "data": "pat@example.org",
        "isPrimary": True,
        "category": "Work",
    }
    answer = portal.call("POST", f"crm/contact/{person}/data", json=payload)
    assert answer.status == 201, answer.text
    shown = task(portal, task_id)["contact"]
    assert next(iter(shown)) == "email"
    assert shown["email"]["data"] == "pat@example.org"
    path = f"crm/task/filter?entityType=contact&entityid={person}"
    assert portal.call("GET", path).response[0]["contact"] == shown


def test_task_can_belong_to_a_case(portal: Portal):
    answer = portal.call("POST", "crm/case", json={"title": "Matter", "isPrivate": True})
    case = answer.response["id"]
    made = add_task(portal, entityType="Case", entityid=case)
    assert made["entity"] == {"entityType": "case", "entityId": case, "entityTitle": "Matter"}
    path = f"crm/task/filter?entityType=case&entityid={case}"
    assert portal.call("GET", path).response == [made]
    assert portal.call("GET", path, as_="cid").response == []
    assert portal.call("GET", f"crm/task/{made['id']}", as_="cid").status == 404
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    payload |= {"entityType": "case", "entityid": case}
    assert portal.call("POST", "crm/task", json=payload, as_="cid").status == 400


def test_former_user_stays_responsible_until_replaced(portal: Portal):
    own = portal.fresh()
    bob = own.id_of("bob")
    task_id = make_task(own, responsibleid=bob)
    users = {"userIds": [bob]}
    assert own.call("PUT", "people/status/Terminated", json=users, as_="root").status == 200
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(own)}
    kept = own.call("PUT", f"crm/task/{task_id}", json=payload | {"responsibleid": bob})
    assert (kept.status, kept.response["responsible"]["id"]) == (200, bob)
    refused = own.call("POST", "crm/task", json=payload | {"responsibleid": bob})
    assert refused.status == 400
    assert bob in refused.json["error"]["message"]


def test_task_is_deleted_and_restored_with_its_contact(portal: Portal):
    person = make_person(portal)
    made = add_task(portal, contactid=person)
    assert portal.call("DELETE", f"crm/contact/{person}").status == 200
    assert portal.call("GET", f"crm/task/{made['id']}").status == 404
    items = {"items": [{"entityType": "contact", "id": person}]}
    assert portal.call("PUT", "crm/trash/restore", json=items).status == 200
    assert task(portal, made["id"]) == made

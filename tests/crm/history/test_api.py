"""Creating, listing and deleting events over HTTP."""

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.crm.contacts.making import make_company, word
from tests.crm.history.making import category, events, ids, make_event, write
from tests.making import make_opportunity, make_person, stored
from tests.running import Answer, Portal

EVENT = ["createBy", "created", "content", "category", "contact", "entity", "canEdit", "files"]


def make_case(portal: Portal, as_: str = "ann") -> int:
    """Writes into the tables directly, because the routes of cases belong to another slice."""
    row = {
        "title": "A case", "title_key": "a case", "is_private": False, "search_text": " a case ",
        "created_by": portal.id_of(as_), "created_on": 1, "modified_by": portal.id_of(as_),
        "modified_on": 1,
    }  # fmt: skip
    table = schema.crm_case
    return int(stored(portal, table.insert().values(row).returning(table.c.id))[0][0])


def error_message(answer: Answer) -> str:
    assert answer.status == 400, answer.text
    return str(answer.json["error"]["message"])


def test_event_of_a_contact_is_shown_as_it_was_sent(portal: Portal):
    person = make_person(portal, firstName="Pat", lastName="Post")
    event = make_event(portal, contactId=person, content="Called <b>twice</b>\nno answer")
    assert list(event) == [*EVENT, "id"]
    assert event["content"] == "Called <b>twice</b>\nno answer"
    assert event["createBy"]["id"] == portal.id_of("ann")
    assert (event["contact"]["id"], event["contact"]["displayName"]) == (person, "Pat Post")
    assert (event["entity"], event["canEdit"], event["files"]) == (None, True, [])
    assert event["category"]["title"] == "Note"
    assert event["category"]["imagePath"].endswith("event_category_note.png")
    assert events(portal, f"entityType=contact&entityId={person}").response == [event]


@pytest.mark.parametrize("entity", ["opportunity", "case"])
def test_event_belongs_to_an_opportunity_or_a_case_and_also_to_a_contact(
    portal: Portal, entity: str
):
    make = make_opportunity if entity == "opportunity" else make_case
    owner, person = make(portal), make_person(portal)
    event = make_event(portal, entityType=entity, entityId=owner, contactId=person)
    title = "A deal" if entity == "opportunity" else "A case"
    assert event["entity"] == {"entityType": entity, "entityId": owner, "entityTitle": title}
    assert event["contact"]["id"] == person
    alone = make_event(portal, entityType=entity.upper(), entityId=owner)
    assert "contact" not in alone
    assert ids(events(portal, f"entityType={entity}&entityId={owner}")) == [
        alone["id"],
        event["id"],
    ]
    assert ids(events(portal, f"entityType=contact&entityId={person}")) == [event["id"]]


def test_event_may_have_a_past_date_and_defaults_to_now(portal: Portal):
    person = make_person(portal)
    old = make_event(portal, contactId=person, created="2020-02-03T04:05:06.0000000Z")
    assert old["created"] == "2020-02-03T04:05:06.0000000Z"
    new = make_event(portal, contactId=person)
    assert new["created"] > old["created"]
    assert ids(events(portal, f"entityType=contact&entityId={person}")) == [new["id"], old["id"]]


@pytest.mark.parametrize(
    ("inputs", "parameter"),
    [
        ({"content": ""}, "content must not be empty"),
        ({"content": None}, "content must not be empty"),
        ({"categoryId": 0}, "categoryId must be"),
        ({"categoryId": 99999}, "categoryId must be"),
        ({"categoryId": -4}, "categoryId must be"),
        ({"contactId": 0}, "contactId or entityType"),
        ({"contactId": 99999}, "contactId must be the id of a contact"),
        ({"entityType": "task"}, "entityType must be"),
        ({"entityType": "contact", "entityId": 1}, "entityType must be"),
        ({"entityId": 1}, "entityType must be"),
        ({"entityType": "opportunity"}, "entityId must be the id of an opportunity"),
        ({"entityType": "opportunity", "entityId": 99999}, "entityId must be the id of an opp"),
        ({"entityType": "case", "entityId": 99999}, "entityId must be the id of a case"),
        ({"fileId": [99999]}, "fileId must be ids of files"),
        ({"created": "yesterday"}, "created"),
        ({"notifyUserList": ["Bob"]}, "notifyUserList[0]"),
    ],
)
def test_bad_values_get_an_error_with_the_parameter(
    portal: Portal, inputs: dict[str, object], parameter: str
):
    person = make_person(portal)
    answer = write(portal, **{"contactId": person, **inputs})
    assert parameter in error_message(answer) or "Guid should contain" in error_message(answer)
    assert ids(events(portal, f"entityType=contact&entityId={person}")) == []


def test_category_of_another_list_is_refused(portal: Portal):
    status = portal.call("GET", "crm/contact/status").response[0]["id"]
    answer = write(portal, contactId=make_person(portal), categoryId=status)
    assert "categoryId must be the id of a history category" in error_message(answer)


def test_content_has_65000_characters_at_most(portal: Portal):
    person = make_person(portal)
    assert make_event(portal, contactId=person, content="ж" * 65_000)["content"] == "ж" * 65_000
    message = error_message(write(portal, contactId=person, content="x" * 65_001))
    assert message.startswith("Data too long for column 'content': content must have at most 65000")


@pytest.mark.parametrize(
    ("category_id", "title"), [(-1, "Task is closed"), (-2, "Files are uploaded")]
)
def test_system_categories_can_be_written_and_filtered(
    portal: Portal, category_id: int, title: str
):
    person = make_person(portal)
    event = make_event(portal, contactId=person, categoryId=category_id)
    assert (event["category"]["id"], event["category"]["title"]) == (category_id, title)
    make_event(portal, contactId=person)
    query = f"entityType=contact&entityId={person}&categoryId={category_id}"
    assert ids(events(portal, query)) == [event["id"]]


def test_linking_a_mail_message_gets_501(portal: Portal):
    inputs = {"contactId": make_person(portal), "categoryId": -3, "content": '{"message_id": 1}'}
    answer = write(portal, **inputs)
    assert answer.status == 501
    assert "categoryId -3" in answer.json["error"]["message"]


def test_hidden_record_gets_the_error_of_an_unknown_one(portal: Portal):
    hidden = make_person(portal, shareType=0)
    deal = make_opportunity(portal, isPrivate=True)
    event = make_event(portal, contactId=hidden)
    for names in ({"contactId": hidden}, {"entityType": "opportunity", "entityId": deal}):
        refused, unknown = (
            error_message(write(portal, "cid", **each))
            for each in (names, names | {k: 88888 for k in names if k != "entityType"})
        )
        assert refused.replace(str(hidden), "").replace(str(deal), "") == unknown.replace(
            "88888", ""
        )
    for path in (
        f"crm/history/filter?entityType=contact&entityId={hidden}",
        f"crm/history/filter?entityType=opportunity&entityId={deal}",
        "crm/history/filter?entityType=case&entityId=0",
    ):
        assert portal.call("GET", path, as_="cid").status == 404
    assert portal.call("DELETE", f"crm/history/{event['id']}", as_="cid").status == 404
    assert event["id"] not in ids(events(portal, "count=1000", as_="cid"))


def test_list_of_another_kind_of_record_is_refused(portal: Portal):
    for kind in ("task", "person", "company"):
        answer = portal.call("GET", f"crm/history/filter?entityType={kind}&entityId=1")
        assert "entityType must be one of contact, opportunity, case" in error_message(answer)
        assert events(portal, f"entityType={kind}").status == 200


def test_guest_has_no_history(portal: Portal):
    for method, path in (
        ("GET", "crm/history/filter"), ("POST", "crm/history"), ("DELETE", "crm/history/1"),
    ):  # fmt: skip
        assert portal.call(method, path, as_="gus").status == 403
        assert portal.call(method, path, as_=None).status == 401


def test_company_includes_the_events_of_its_persons(portal: Portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    other = make_person(portal)
    secret = make_person(portal, companyId=company, shareType=0)
    mine, theirs = (make_event(portal, contactId=each)["id"] for each in (company, person))
    make_event(portal, contactId=other)
    hidden = make_event(portal, contactId=secret)["id"]
    query = f"entityType=contact&entityId={company}"
    assert ids(events(portal, query)) == [hidden, theirs, mine]
    assert ids(events(portal, query, as_="bob")) == [theirs, mine]
    assert events(portal, query, as_="bob").json["total"] == 2
    assert ids(events(portal, f"entityType=contact&entityId={person}")) == [theirs]


def test_events_are_filtered_by_author_date_category_and_words(portal: Portal):
    person, sought = make_person(portal), word()
    payload = {"contactId": person}
    first = make_event(portal, **payload, content=f"About {sought}", created="2021-05-01T10:00:00Z")
    second = make_event(portal, "bob", **payload, created="2021-05-02T23:30:00Z")
    third = make_event(
        portal, **payload, categoryId=category(portal, "Email"), created="2021-05-03T00:00:00Z"
    )
    of_it = f"entityType=contact&entityId={person}"
    for query, found in (
        ("sortOrder=ascending", [first, second, third]),
        (f"createBy={portal.id_of('bob')}", [second]),
        ("createBy=00000000-0000-0000-0000-000000000000", [third, second, first]),
        (f"categoryId={category(portal, 'Email')}", [third]),
        ("fromDate=2021-05-02T00:00:00Z", [third, second]),
        ("toDate=2021-05-02", [second, first]),
        ("fromDate=2021-05-02&toDate=2021-05-02", [second]),
        (f"filterValue={sought.upper()}", [first]),
        (f"filterValue={sought[:8]}%20abo", [first]),
        ("filterValue=nothing", []),
        ("filterValue=%25", []),
    ):
        answer = events(portal, f"{of_it}&{query}")
        assert ids(answer) == [each["id"] for each in found], query
        assert answer.json.get("total", 0) == len(found)
    assert ids(events(portal, f"filterValue={sought}")) == [first["id"]]


def test_events_are_sorted_by_every_key_in_both_directions(portal: Portal):
    person = make_person(portal)
    made = [
        make_event(portal, who, contactId=person, content=content, categoryId=kind, created=on)
        for who, content, kind, on in (
            ("ann", "b", category(portal, "Note"), "2021-05-03"),
            ("bob", "c", category(portal, "Email"), "2021-05-01"),
            ("ann", "a", -1, "2021-05-02"),
        )
    ]
    keys = {
        "created": lambda each: each["created"],
        "createBy": lambda each: each["createBy"]["id"],
        "category": lambda each: each["category"]["id"],
        "content": lambda each: each["content"],
        "id": lambda each: each["id"],
    }
    for name, key in keys.items():
        for order, turned in (("ascending", False), ("descending", True)):
            query = f"entityType=contact&entityId={person}&sortBy={name}&sortOrder={order}"
            expected = sorted(made, key=lambda each, key=key: (key(each), each["id"]))
            expected = expected[::-1] if turned else expected
            assert ids(events(portal, query)) == [each["id"] for each in expected], query
    answer = portal.call("GET", "crm/history/filter?sortBy=colour")
    assert "sortBy must be one of category, content, createby, created, id" in error_message(answer)


def test_contacts_are_sorted_by_their_last_visible_event(portal: Portal):
    sought = word()
    first, second, third = (make_person(portal, jobTitle=sought) for _ in range(3))
    deal = make_opportunity(portal, isPrivate=True)
    make_event(portal, contactId=first, created="2021-05-02")
    make_event(portal, contactId=second, created="2021-05-01")
    hidden = {"entityType": "opportunity", "entityId": deal, "created": "2021-05-03"}
    make_event(portal, contactId=second, **hidden)
    for who, expected in (("ann", [second, first, third]), ("bob", [first, second, third])):
        query = f"filterValue={sought}&sortBy=history&sortOrder=descending"
        answer = portal.call("GET", f"crm/contact/filter?{query}", as_=who)
        assert ids(answer) == expected, who
        found: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            path = f"crm/contact/filter?{query}&count=2&cursor={cursor}"
            answer = portal.call("GET", path, as_=who)
            found += ids(answer)
            cursor = answer.json.get("nextCursor")
        assert found == expected, who


def test_pages_follow_each_other_by_index_and_by_cursor(portal: Portal):
    person = make_person(portal)
    made = [make_event(portal, contactId=person, created="2021-05-03")["id"] for _ in range(5)]
    of_it = f"entityType=contact&entityId={person}&count=2"
    answer = events(portal, of_it)
    assert (answer.json["nextIndex"], answer.json["total"]) == (2, 5)
    assert [ids(events(portal, f"{of_it}&startIndex={at}")) for at in (0, 2, 4)] == [
        made[:2:-1], made[2:0:-1], made[:1],
    ]  # fmt: skip
    found, cursor = [], ""
    while cursor is not None:
        answer = events(portal, f"{of_it}&cursor={cursor}")
        assert answer.json["total"] == 5
        found += ids(answer)
        cursor = answer.json.get("nextCursor")
    assert found == made[::-1]


def test_only_named_users_are_notified(portal: Portal):
    own = portal.fresh()
    people = [own.id_of(each) for each in ("ann", "bob", "gus", "bob")]
    event = make_event(own, contactId=make_person(own), notifyUserList=people)
    notification = schema.notification.c
    rows = stored(
        own,
        select(
            notification.person_id,
            notification.kind,
            notification.entity_type,
            notification.entity_id,
        ),
    )
    assert rows == [(own.id_of("bob"), "mentioned", "event", event["id"])]


def test_deleted_event_goes_to_the_trash_and_can_be_restored(portal: Portal):
    person = make_person(portal)
    event = make_event(portal, contactId=person)
    of_it = f"entityType=contact&entityId={person}"
    gone = portal.call("DELETE", f"crm/history/{event['id']}")
    assert (gone.status, gone.response) == (200, event)
    assert ids(events(portal, of_it)) == []
    assert portal.call("DELETE", f"crm/history/{event['id']}").status == 404
    back = {"items": [{"entityType": "event", "id": event["id"]}]}
    assert portal.call("PUT", "crm/trash/restore", json=back).status == 200
    assert events(portal, of_it).response == [event]


def test_event_is_deleted_and_restored_with_its_contact(portal: Portal):
    person = make_person(portal)
    event = make_event(portal, contactId=person)
    gone = portal.call("DELETE", f"crm/contact/{person}")
    assert gone.response["alsoDeleted"]["events"] == 1
    assert event["id"] not in ids(events(portal, "count=1000", as_="root"))
    back = {"items": [{"entityType": "contact", "id": person}]}
    assert portal.call("PUT", "crm/trash/restore", json=back).status == 200
    assert events(portal, f"entityType=contact&entityId={person}").response == [event]


def test_author_and_editors_of_the_record_delete_an_event(portal: Portal):
    readable = make_person(portal, shareType=2)
    by_bob, by_ann = (make_event(portal, who, contactId=readable) for who in ("bob", "ann"))
    shown = events(portal, f"entityType=contact&entityId={readable}", as_="bob").response
    assert [each.get("canEdit", False) for each in shown] == [False, True]
    assert portal.call("DELETE", f"crm/history/{by_ann['id']}", as_="bob").status == 403
    assert portal.call("DELETE", f"crm/history/{by_bob['id']}", as_="cid").status == 403
    assert portal.call("DELETE", f"crm/history/{by_bob['id']}", as_="bob").status == 200
    assert portal.call("DELETE", f"crm/history/{by_ann['id']}", as_="root").status == 200


def test_deletion_with_an_old_version_gets_412(portal: Portal):
    answer = write(portal, contactId=make_person(portal))
    etag, event = answer.headers["ETag"], answer.response["id"]
    other = {"If-Match": f'"{event}-7"'}
    assert portal.call("DELETE", f"crm/history/{event}", headers=other).status == 412
    same = {"If-Match": etag}
    assert portal.call("DELETE", f"crm/history/{event}", headers=same).status == 200


def test_repeated_request_with_a_key_creates_one_event(portal: Portal):
    person = make_person(portal)
    inputs = {"contactId": person, "content": "x", "categoryId": category(portal)}
    key = {"Idempotency-Key": word()}
    first, second = (portal.call("POST", "crm/history", json=inputs, headers=key) for _ in range(2))
    assert first.body == second.body
    assert len(ids(events(portal, f"entityType=contact&entityId={person}"))) == 1


def test_category_in_use_stays_and_counts_visible_events(portal: Portal):
    payload = {"title": word(), "imageName": "event_category_note.png"}
    made = portal.call("POST", "crm/history/category", json=payload, as_="root").response["id"]
    seen = make_event(portal, contactId=make_person(portal), categoryId=made)
    make_event(portal, contactId=make_person(portal, shareType=0), categoryId=made)
    path = f"crm/history/category/{made}"
    counted = {
        who: portal.call("GET", path, as_=who).response.get("relativeItemsCount", 0)
        for who in ("ann", "bob", "root")
    }
    assert counted == {"ann": 2, "bob": 1, "root": 2}
    refused = portal.call("DELETE", path, as_="root")
    assert "There are some history events with this category." in error_message(refused)
    refused = portal.call("PUT", path, json=payload, as_="root")
    assert "Can't be edited. There are some history events" in error_message(refused)
    assert portal.call("DELETE", f"crm/history/{seen['id']}").status == 200
    assert portal.call("GET", path, as_="bob").response.get("relativeItemsCount", 0) == 0


def test_event_is_restored_without_its_deleted_category(portal: Portal):
    payload = {"title": word(), "imageName": "event_category_note.png"}
    made = portal.call("POST", "crm/history/category", json=payload, as_="root").response["id"]
    person = make_person(portal)
    event = make_event(portal, contactId=person, categoryId=made)
    assert portal.call("DELETE", f"crm/history/{event['id']}").status == 200
    deleted = portal.call("DELETE", f"crm/history/category/{made}", as_="root")
    assert deleted.status == 200, deleted.text
    back = {"items": [{"entityType": "event", "id": event["id"]}]}
    assert portal.call("PUT", "crm/trash/restore", json=back).status == 200
    [shown] = events(portal, f"entityType=contact&entityId={person}").response
    assert (shown["category"]["id"], shown["category"]["title"]) == (0, "")


@pytest.mark.parametrize("accept", ["application/json; profile=documented", "text/xml"])
def test_events_have_the_other_spellings_too(portal: Portal, accept: str):
    person = make_person(portal)
    make_event(portal, contactId=person)
    path = f"crm/history/filter?entityType=contact&entityId={person}"
    answer = portal.call("GET", path, accept=accept)
    assert answer.status == 200
    if accept == "text/xml":
        assert "<content>We talked.</content>" in answer.text
    else:
        [event] = answer.json["response"]
        assert list(event) == [
            "CreateBy", "Created", "Content", "Category", "Contact", "Entity", "CanEdit", "Files",
            "id",
        ]  # fmt: skip

"""The routes of the definitions of custom fields, as a client sees them."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.making import make_opportunity, make_person, stored

KINDS = ("contact", "person", "company", "opportunity", "case")
KEYS = [
    "relativeItemsCount",
    "entityId",
    "label",
    "fieldValue",
    "fieldType",
    "position",
    "mask",
    "id",
]


def make(portal, kind="opportunity", **inputs):
    requested = {"label": f"Field {uuid4()}", "fieldType": "Date", **inputs}
    answer = portal.call("POST", f"crm/{kind}/customfield", json=requested, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def listed(portal, kind="opportunity", as_="ann"):
    return portal.call("GET", f"crm/{kind}/customfield/definitions", as_=as_).response


def message(answer):
    return answer.json["error"]["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_field_stands_behind_all_others_of_every_kind(portal, kind):
    last = max((field["position"] for each in KINDS for field in listed(portal, each)), default=0)
    made = make(portal, kind, label="Born", fieldType="date", mask="ignored", position=1)
    assert list(made) == KEYS
    assert made == {
        "relativeItemsCount": 0,
        "entityId": -1,
        "label": "Born",
        "fieldValue": " ",
        "fieldType": 5,
        "position": last + 1,
        "mask": "",
        "id": made["id"],
    }
    assert made == listed(portal, kind)[-1]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("TextField", 0), ("select box", 2), ("Check Box", 3), ("checkbox", 3), (4, 4), ("5", 5)],
)
def test_type_is_given_by_name_number_or_caption(portal, sent, kept):
    assert make(portal, fieldType=sent, mask='["a"]')["fieldType"] == kept


def test_persons_and_companies_show_the_fields_of_contacts_too(portal):
    ids = {kind: make(portal, kind)["id"] for kind in ("contact", "person", "company")}
    for kind, shown in (
        ("contact", {"contact"}),
        ("person", {"contact", "person"}),
        ("company", {"contact", "company"}),
    ):
        here = {field["id"] for field in listed(portal, kind)}
        assert {each for each in ids if ids[each] in here} == shown


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 256}, "label"),
        ({"fieldType": 6}, "fieldType"),
        ({"fieldType": "Colour"}, "fieldType"),
        ({"fieldType": "TextField"}, "Mask is not valid"),
        ({"fieldType": "SelectBox", "mask": '{"a":1}'}, "Mask is not valid"),
        ({"fieldType": "SelectBox", "mask": "red,green"}, "Mask is not valid"),
        ({"fieldType": "SelectBox", "mask": {"a": 1}}, "mask"),
        ({"mask": "x" * 65_001}, "mask"),
    ],
)
def test_bad_values_are_refused_and_change_nothing(portal, wrong, expected):
    made = make(portal)
    before = listed(portal)
    for method, path in (("POST", ""), ("PUT", f"/{made['id']}")):
        requested = {"label": "Good", "fieldType": "Date", **wrong}
        target = f"crm/opportunity/customfield{path}"
        answer = portal.call(method, target, json=requested, as_="root")
        assert answer.status == 400
        assert expected in message(answer)
    assert listed(portal) == before


@pytest.mark.parametrize("kind", KINDS)
def test_only_administrators_change_definitions(portal, kind):
    field_id = make(portal, kind)["id"]
    for method, path in (
        ("POST", ""),
        ("PUT", f"/{field_id}"),
        ("PUT", "/reorder"),
        ("DELETE", f"/{field_id}"),
        ("DELETE", "/0"),
        ("DELETE", "/99999"),
    ):
        answer = portal.call(method, f"crm/{kind}/customfield{path}", json={"label": "x"})
        assert (answer.status, message(answer)) == (403, "Access Denied")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_not_there_is_not_found(portal, kind):
    good = {"label": "x", "fieldType": "Date"}
    for method in ("PUT", "DELETE"):
        for field_id, status in ((0, 400), (99999, 404), (99999999999, 404)):
            path = f"crm/{kind}/customfield/{field_id}"
            assert portal.call(method, path, json=good, as_="root").status == status


def test_a_field_without_values_changes_as_a_whole(portal):
    made = make(portal, fieldType="SelectBox", mask='["a","b"]')
    change = {"label": "Size", "fieldType": "TextField", "mask": '{"size":500}'}
    path = f"crm/opportunity/customfield/{made['id']}"
    answer = portal.call("PUT", path, json=change, as_="root")
    after = {**made, "label": "Size", "fieldType": 0, "mask": '{"size":150}'}
    assert (answer.status, answer.response) == (200, after)
    assert after in listed(portal)


def test_a_field_with_values_keeps_its_type_and_its_options(portal):
    made = make(portal, fieldType="SelectBox", mask='["a","b"]')
    deal = make_opportunity(portal, customFieldList=[{"key": made["id"], "value": "a"}])
    path = f"crm/opportunity/customfield/{made['id']}"
    fewer = {"label": "L", "fieldType": 2, "mask": '["a","c"]'}
    assert portal.call("PUT", path, json=fewer, as_="root").status == 400
    more = {"label": "L", "fieldType": "Heading", "mask": '["c","b","a"]'}
    after = portal.call("PUT", path, json=more, as_="root").response
    assert (after["label"], after["fieldType"], after["mask"]) == ("L", 2, '["c","b","a"]')
    # Also if only records in the trash have a value.
    portal.call("DELETE", f"crm/opportunity/{deal}")
    assert portal.call("PUT", path, json=fewer, as_="root").status == 400


def test_the_definition_that_a_record_shows_is_the_new_one(portal):
    made = make(portal)
    deal = make_opportunity(portal, customFieldList=[{"key": made["id"], "value": "2026-01-01"}])
    change = {"label": "Renamed", "fieldType": "Date"}
    portal.call("PUT", f"crm/opportunity/customfield/{made['id']}", json=change, as_="root")
    shown = portal.call("GET", f"crm/opportunity/{deal}").response["customFields"]
    assert [field["label"] for field in shown if field["id"] == made["id"]] == ["Renamed"]


def test_fields_are_reordered_by_id(portal):
    first, second, third = (make(portal, kind)["id"] for kind in ("person", "person", "contact"))
    requested = {"fieldids": [third, second, third]}
    answer = portal.call("PUT", "crm/person/customfield/reorder", json=requested, as_="root")
    assert [(field["id"], field["position"]) for field in answer.response] == [
        (third, 0),
        (second, 1),
    ]
    after = listed(portal, "person")
    assert [field["id"] for field in after][:2] == [third, second]
    assert first in [field["id"] for field in after][2:]
    assert [field["position"] for field in after] == [*range(len(after))]


def test_an_order_with_an_unknown_field_changes_nothing(portal):
    made, foreign = make(portal), make(portal, "person")
    before = listed(portal)
    for unknown in (99999, foreign["id"], 0):
        requested = {"fieldids": [made["id"], unknown]}
        answer = portal.call(
            "PUT", "crm/opportunity/customfield/reorder", json=requested, as_="root"
        )
        assert answer.status == 404
    assert listed(portal) == before


@pytest.mark.parametrize(
    ("kind", "maker", "private"),
    [
        ("opportunity", make_opportunity, {"isPrivate": True}),
        ("person", make_person, {"shareType": 0}),
        ("contact", make_person, {"shareType": 0}),
    ],
)
def test_a_field_counts_the_records_that_the_caller_sees(portal, kind, maker, private):
    made = make(portal, kind)
    values = {"customFieldList": [{"key": made["id"], "value": "yes"}]}
    maker(portal, **values)
    maker(portal, **values, **private)
    gone = maker(portal, **values)
    record = "opportunity" if kind == "opportunity" else "contact"
    portal.call("DELETE", f"crm/{record}/{gone}")
    for name, count in (("ann", 2), ("cid", 1), ("root", 2)):
        assert {**made, "relativeItemsCount": count} in listed(portal, kind, name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_field_is_given_as_it_was(portal, kind):
    made = make(portal, kind)
    path = f"crm/{kind}/customfield/{made['id']}"
    assert portal.call("DELETE", path, as_="root").response == made
    assert portal.call("DELETE", path, as_="root").status == 404
    assert made not in listed(portal, kind)


def test_every_change_is_written_down(portal):
    made = make(portal, label="Old")
    path = f"crm/opportunity/customfield/{made['id']}"
    portal.call("PUT", path, json={"label": "New", "fieldType": "Date"}, as_="root")
    portal.call("DELETE", path, as_="root")
    audit = schema.audit
    query = select(audit.c.action, audit.c.changes).where(
        audit.c.entity_type == "custom_field", audit.c.entity_id == made["id"]
    )
    rows = stored(portal, query.order_by(audit.c.id))
    assert [action for action, _ in rows] == ["created", "updated", "deleted"]
    assert rows[1][1] == '[["label","Old","New"]]'

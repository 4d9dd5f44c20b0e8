"""The custom values of one case, as a client sees them."""

import pytest

from tests.crm.cases.making import case, listed, make_case, make_field, word
from tests.making import make_opportunity


def put(portal, record_id, field, value, as_="ann"):
    sent = {} if value is None else {"fieldValue": value}
    return portal.call("POST", f"crm/case/{record_id}/customfield/{field}", json=sent, as_=as_)


def values(portal, record_id):
    shown = portal.call("GET", f"crm/case/{record_id}/customfield").response
    return {each["id"]: each["fieldValue"] for each in shown}


def test_value_can_be_set_shown_searched_and_cleared(portal):
    record_id, field, mark = make_case(portal), make_field(portal), word()
    answer = put(portal, record_id, field, mark)
    assert (answer.status, answer.response["fieldValue"]) == (201, mark)
    assert values(portal, record_id)[field] == mark
    assert listed(portal, f"filterValue={mark}") == [record_id]
    put(portal, record_id, field, "")
    assert field not in values(portal, record_id)
    assert listed(portal, f"filterValue={mark}") == []


def test_field_counts_the_cases_that_the_caller_sees(portal):
    field = make_field(portal)
    for inputs in ({}, {"isPrivate": True}):
        put(portal, make_case(portal, **inputs), field, "v")
    gone = make_case(portal)
    put(portal, gone, field, "v")
    portal.call("DELETE", f"crm/case/{gone}")
    for user, expected in (("ann", 2), ("bob", 1), ("root", 2)):
        found = portal.call("GET", "crm/case/customfield/definitions", as_=user).response
        assert {each["id"]: each["relativeItemsCount"] for each in found}[field] == expected


def test_deleted_field_disappears_from_cases(portal):
    record_id, field, mark = make_case(portal), make_field(portal), word()
    put(portal, record_id, field, mark)
    assert portal.call("DELETE", f"crm/case/customfield/{field}", as_="root").status == 200
    assert field not in [each["id"] for each in case(portal, record_id)["customFields"]]
    assert listed(portal, f"filterValue={mark}") == []


@pytest.mark.parametrize(
    ("record_id", "field", "value", "status"),
    [(0, 1, "x", 400), (999_999, 1, "x", 404), (1, 0, "x", 400), (1, 999_999, "x", 404)],
)
def test_missing_value_gets_400(portal, record_id, field, value, status):
    record_id = make_case(portal) if record_id == 1 else record_id
    assert put(portal, record_id, field, value).status == status


def test_fields_of_other_entities_and_headings_hold_no_value(portal):
    record_id = make_case(portal)
    heading = make_field(portal, fieldType="Heading")
    assert put(portal, record_id, heading, "x").status == 400
    assert put(portal, record_id, make_field(portal), None).status == 400
    sent = {"label": word(), "fieldType": "TextArea", "mask": '{"rows":5,"cols":40}'}
    answer = portal.call("POST", "crm/opportunity/customfield", json=sent, as_="root")
    assert put(portal, record_id, answer.response["id"], "x").status == 404
    path = f"crm/opportunity/{make_opportunity(portal)}/customfield/{make_field(portal)}"
    assert portal.call("POST", path, json={"fieldValue": "x"}).status == 404


def test_custom_values_of_a_hidden_case_get_404(portal):
    record_id, field = make_case(portal, isPrivate=True), make_field(portal)
    assert put(portal, record_id, field, "x", "bob").status == 404
    assert portal.call("GET", f"crm/case/{record_id}/customfield", as_="bob").status == 404

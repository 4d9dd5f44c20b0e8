"""The routes of the custom values of one opportunity, as a client sees them."""

import pytest

from tests.making import at_once, make_opportunity


def make_field(portal, kind="opportunity", **inputs):
    wished = {"label": "Field", "fieldType": "Date", **inputs}
    answer = portal.call("POST", f"crm/{kind}/customfield", json=wished, as_="root")
    return answer.response["id"]


def put(portal, deal, field, value, as_="ann", **more):
    path = f"crm/opportunity/{deal}/customfield/{field}"
    return portal.call("POST", path, json={"fieldValue": value}, as_=as_, **more)


def values(portal, deal, as_="ann"):
    shown = portal.call("GET", f"crm/opportunity/{deal}/customfield", as_=as_).response
    return {field["id"]: field["fieldValue"] for field in shown if field["entityId"]}


def test_value_is_set_and_shown_with_its_definition(portal):
    deal, field = make_opportunity(portal), make_field(portal, label="Born")
    answer = put(portal, deal, field, " 2026-01-01 ")
    assert answer.status == 201
    shown = answer.response
    assert list(shown) == [
        "entityId",
        "label",
        "fieldValue",
        "fieldType",
        "position",
        "mask",
        "id",
    ]
    assert (shown["entityId"], shown["label"]) == (deal, "Born")
    assert shown["fieldValue"] == " 2026-01-01 "
    path = f"crm/opportunity/{deal}/customfield"
    assert shown in portal.call("GET", path).response
    whole = portal.call("GET", f"crm/opportunity/{deal}").response
    assert portal.call("GET", path).response == whole["customFields"]


def test_headings_stand_between_the_values(portal):
    deal, heading = make_opportunity(portal), make_field(portal, fieldType="Heading")
    shown = portal.call("GET", f"crm/opportunity/{deal}/customfield").response
    (found,) = [field for field in shown if field["id"] == heading]
    assert (found["entityId"], found["fieldValue"]) == (0, "")


@pytest.mark.parametrize("blank", ["", "   ", None])
def test_blank_value_clears_the_field(portal, blank):
    deal, field = make_opportunity(portal), make_field(portal)
    put(portal, deal, field, "something")
    answer = put(portal, deal, field, blank)
    assert (answer.status, answer.response["fieldValue"]) == (201, blank or "")
    assert values(portal, deal) == {}


def test_missing_value_gets_400(portal):
    path = f"crm/opportunity/{make_opportunity(portal)}/customfield/{make_field(portal)}"
    answer = portal.call("POST", path, json={})
    assert answer.status == 400
    assert "fieldValue" in answer.json["error"]["message"]


def test_value_changes_search_and_version_at_once(portal):
    deal, field = make_opportunity(portal), make_field(portal)
    path = f"crm/opportunity/{deal}"
    before = portal.call("GET", path).headers["ETag"]
    put(portal, deal, field, "Żuk")
    assert portal.call("GET", path).headers["ETag"] != before
    found = portal.call("GET", "crm/opportunity/filter?filterValue=zuk").response
    assert deal in [each["id"] for each in found]
    assert put(portal, deal, field, "late", headers={"If-Match": before}).status == 412
    assert values(portal, deal) == {field: "Żuk"}


def test_setting_the_same_value_changes_nothing(portal):
    deal, field = make_opportunity(portal), make_field(portal)
    put(portal, deal, field, "same")
    before = portal.call("GET", f"crm/opportunity/{deal}").headers["ETag"]
    assert put(portal, deal, field, "same").status == 201
    assert portal.call("GET", f"crm/opportunity/{deal}").headers["ETag"] == before


def test_only_value_fields_of_opportunities_accept_a_value(portal):
    deal = make_opportunity(portal)
    assert put(portal, deal, make_field(portal, fieldType="Heading"), "x").status == 400
    assert put(portal, deal, make_field(portal, "person"), "x").status == 404
    assert put(portal, deal, 99999, "x").status == 404
    assert put(portal, deal, 0, "x").status == 400
    assert put(portal, deal, make_field(portal), "x" * 65_001).status == 400


def test_custom_values_of_a_hidden_opportunity_get_404(portal):
    deal, field = make_opportunity(portal, isPrivate=True), make_field(portal)
    put(portal, deal, field, "secret")
    path = f"crm/opportunity/{deal}/customfield"
    assert portal.call("GET", path, as_="cid").status == 404
    assert put(portal, deal, field, "mine", as_="cid").status == 404
    assert values(portal, deal) == {field: "secret"}
    for missing, status in ((0, 400), (99999, 404)):
        path = f"crm/opportunity/{missing}/customfield"
        assert portal.call("GET", path).status == status
        assert put(portal, missing, field, "x").status == status


def test_two_values_set_at_once_are_both_stored(portal):
    deal = make_opportunity(portal)
    fields = [make_field(portal) for _ in range(4)]
    answers = at_once(*(lambda field=field: put(portal, deal, field, "kept") for field in fields))
    assert [answer.status for answer in answers] == [201] * 4
    assert values(portal, deal) == dict.fromkeys(fields, "kept")

"""Several requests in one, as the reference's own pages and some clients send them."""

import json
from typing import Any

import pytest

from tests.contract.test_clients import a_deal, inputs
from tests.running import Answer, Portal


def send(portal: Portal, items: object, **options: Any) -> Answer:
    text = items if isinstance(items, str) else json.dumps(items)
    return portal.call("POST", "batch", form={"batch": text}, **options)


def test_each_answer_is_quoted_as_json_text(portal: Portal):
    deal = a_deal(portal)
    item = {"Name": "one", "RelativeUrl": f"/api/2.0/crm/opportunity/{deal['id']}"}
    answer = send(portal, [item])
    assert answer.status == answer.json["statusCode"] == 201
    (one,) = answer.response
    assert list(one) == ["name", "status", "headers", "data"]
    assert (one["name"], one["status"]) == ("one", 200)
    assert json.loads(one["data"])["response"] == deal
    assert one["headers"]["content-Type"].startswith("application/json")


def test_the_example_of_the_description_works_as_a_list_and_as_text(portal: Portal):
    described = portal.call("GET", "/openapi.json", as_=None).json
    body = described["paths"]["/api/2.0/batch"]["post"]["requestBody"]["content"]
    (example,) = body["application/json"]["schema"]["properties"]["batch"]["examples"]
    as_list = portal.call("POST", "batch", json={"batch": example})
    for answer in (as_list, send(portal, example)):
        assert answer.status == 201, answer.text
        assert [each["name"] for each in answer.response] == ["stages", "person"]
        assert [each["status"] for each in answer.response] == [200, 201]
    assert json.loads(as_list.response[1]["data"])["response"]["firstName"] == "Pat"


def test_a_list_of_one_request_is_a_batch_too(portal: Portal):
    item = {"relativeUrl": "/api/2.0/crm/opportunity/stage"}
    assert [
        each["status"] for each in portal.call("POST", "batch", json={"batch": [item]}).response
    ] == [200]


@pytest.mark.parametrize("wrong", [7, True, ["x"], [7], {"a": {}}, '"x"', "{", "7", "[7]"])
def test_what_is_no_list_of_requests_is_refused_by_its_name(portal: Portal, wrong: object):
    answer = portal.call("POST", "batch", json={"batch": wrong})
    assert answer.status == 400, answer.text
    assert "batch" in answer.text or "relativeUrl" in answer.text


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title, lambda name: name])
@pytest.mark.parametrize("method", ["relativeMethod", "method"])
def test_the_members_of_an_item_may_be_in_any_case(portal: Portal, change: Any, method: str):
    deal = a_deal(portal)
    item = {
        change("relativeUrl"): f"/api/2.0/crm/opportunity/{deal['id']}",
        change(method): "delete",
    }
    (one,) = send(portal, [item]).response
    assert (one["status"], json.loads(one["data"])["response"]["id"]) == (200, deal["id"])
    assert portal.call("GET", f"crm/opportunity/{deal['id']}").status == 404


@pytest.mark.parametrize("is_form", [True, False])
def test_an_item_has_a_body_as_a_form_or_as_json(portal: Portal, is_form: bool):
    payload = inputs(portal)
    item: dict[str, object] = {"relativeUrl": "/api/2.0/crm/opportunity", "method": "POST"}
    if is_form:
        item["body"] = "&".join(f"{name}={value}" for name, value in payload.items())
    else:
        item |= {"body": json.dumps(payload), "bodyContentType": "application/json; charset=utf-8"}
    (one,) = send(portal, [item]).response
    assert one["status"] == 201
    assert json.loads(one["data"])["response"]["title"] == payload["title"]


def test_items_run_in_their_order_and_a_failure_stops_nothing(portal: Portal):
    deal = f"/api/2.0/crm/opportunity/{a_deal(portal)['id']}"
    items = [
        {"name": "last", "relativeUrl": deal, "order": 3},
        {"name": "second", "relativeUrl": deal, "method": "DELETE", "order": 2},
        {"name": "first", "relativeUrl": deal, "order": 1},
    ]
    answers = send(portal, items).response
    assert [each["name"] for each in answers] == ["first", "second", "last"]
    assert [each["status"] for each in answers] == [200, 200, 404]
    assert json.loads(answers[2]["data"])["error"]["message"] == "Not found"


def test_an_item_may_carry_a_query(portal: Portal):
    item = {"relativeUrl": "/api/2.0/crm/opportunity/filter?count=0"}
    (one,) = send(portal, [item]).response
    assert json.loads(one["data"])["response"] == []


def test_an_item_without_a_name_answers_without_one(portal: Portal):
    (one,) = send(portal, [{"relativeUrl": "/api/2.0/people/@self"}]).response
    assert list(one) == ["status", "headers", "data"]


def test_each_item_is_signed_in_as_the_batch_is(portal: Portal):
    items = [{"relativeUrl": "/api/2.0/people/@self"}]
    (one,) = send(portal, items, as_="bob").response
    assert json.loads(one["data"])["response"]["firstName"] == "Bob"
    assert send(portal, items, as_=None).status == 401


def test_a_batch_inside_a_batch_is_400(portal: Portal):
    for inner in ("/api/2.0/batch", "/API/2.0//Batch.json", "/api/2.0/batch/"):
        answer = send(portal, [{"relativeUrl": inner, "method": "POST"}])
        assert answer.status == 400, inner


def test_a_hundred_items_run_and_one_more_is_400(portal: Portal):
    item = {"relativeUrl": "/api/2.0/capabilities"}
    assert len(send(portal, [item] * 100).response) == 100
    assert send(portal, [item] * 101).status == 400


@pytest.mark.parametrize("text", ["{", "1", '"x"', "{}", "[1]", "[[]]", '["x"]', "[" * 5000])
def test_what_is_no_list_of_requests_is_400(portal: Portal, text: str):
    assert send(portal, text).status == 400


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"relativeUrl": 1},
        {"relativeUrl": "https://example.com/api/2.0/people"},
        {"relativeUrl": "/docs"},
        {"relativeUrl": "/api/2.0/people", "method": "PATCH"},
        {"relativeUrl": "/api/2.0/people", "method": ["GET"]},
    ],
)
def test_an_item_that_is_no_request_is_400(portal: Portal, item: dict[str, object]):
    assert send(portal, [item]).status == 400


def test_the_answers_come_in_xml_too(portal: Portal):
    answer = send(portal, [{"relativeUrl": "/api/2.0/people/@self"}], accept="text/xml")
    assert answer.text.startswith("<result><count>1</count><status>0</status>")
    assert "<status>200</status><headers>" in answer.text

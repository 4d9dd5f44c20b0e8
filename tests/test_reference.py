"""The published description of the API and its readable page: complete, true and self-contained."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from dealwright import app
from dealwright.wire.routes import Route
from dealwright.wire.schema import required
from tests.documented_answers import operation
from tests.running import Answer, Portal

ROUTES = app.routes().routes

on_one_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def descriptions() -> dict[str, Any]:
    return {}


@pytest.fixture
def description(portal: Portal, descriptions: dict[str, Any]) -> dict[str, Any]:
    if not descriptions:
        descriptions.update(page(portal, "/openapi.json").json)
    return descriptions


def page(portal: Portal, path: str) -> Answer:
    answer = portal.call("GET", path, as_=None)
    assert answer.status == 200, path
    return answer


@on_one_database
def test_the_description_is_valid_openapi_3_1(description: dict[str, Any]):
    OpenAPIV31SpecValidator(description).validate()


@on_one_database
def test_every_route_is_described_with_what_it_answers(description: dict[str, Any]):
    for route in ROUTES:
        described = operation(description, route.method, an_address(route))
        answers = described["responses"]
        assert route.is_pending or str(route.status) in answers, route.template
        assert "default" in answers
        assert described["summary"]


@on_one_database
def test_every_parameter_is_described(description: dict[str, Any]):
    for route in ROUTES:
        if route.binder is None:
            continue
        described = operation(description, route.method, an_address(route))
        missing = {each.lower() for each in route.binder.parameters} - names(described)
        assert missing - route.path_names == set(), f"{route.method} {route.template}"


@on_one_database
def test_every_value_in_a_path_is_described(description: dict[str, Any]):
    for template, item in description["paths"].items():
        for described in item.values():
            in_path = [each["name"] for each in described["parameters"] if each.get("in") == "path"]
            assert in_path == re.findall(r"\{(\w+)}", template)


@on_one_database
def test_every_parameter_says_what_it_means_and_what_must_be_sent(description: dict[str, Any]):
    for template, item in description["paths"].items():
        for method, described in item.items():
            where = f"{method} {template}"
            listed = [each for each in described["parameters"] if "$ref" not in each]
            for each in listed:
                assert each.get("description"), f"{where} {each['name']}"
                assert each["in"] != "path" or each["required"] is True, where
            for content in described.get("requestBody", {}).get("content", {}).values():
                for name, schema in content["schema"].get("properties", {}).items():
                    assert schema.get("description"), f"{where} {name}"


@on_one_database
def test_what_a_route_requires_is_required_in_its_description(description: dict[str, Any]):
    found = 0
    for route in ROUTES:
        if route.binder is None or route.input is None:
            continue
        described = operation(description, route.method, an_address(route))
        answer = {each["name"] for each in described["parameters"] if each.get("required")}
        for content in described.get("requestBody", {}).get("content", {}).values():
            answer |= set(content["schema"].get("required", []))
        needed = {name.lower() for name in required(route.input)} - route.path_names
        assert needed <= {name.lower() for name in answer}, route.template
        found += len(needed)
    assert found


@on_one_database
def test_examples_fit_their_schemas_and_no_choice_is_named_twice(description: dict[str, Any]):
    found = {"examples": 0, "enum": 0}
    for schema in schemas(description["paths"]):
        for example in schema.get("examples", []):
            Draft202012Validator(schema).validate(example)
            found["examples"] += 1
        if isinstance(schema.get("enum"), list):
            choices = [str(each).lower() for each in schema["enum"]]
            assert len(choices) == len(set(choices)), choices
            found["enum"] += 1
    assert min(found.values()) > 10


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """All objects of a description, those that are no schemas among them."""
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from schemas(each)
    elif isinstance(node, list):
        for each in node:
            yield from schemas(each)


def test_the_servers_are_relative_so_that_any_public_address_is_right(portal: Portal):
    described = portal.call("GET", "/openapi.json", as_=None, headers={"Host": "crm.example.org"})
    assert described.json["servers"] == [{"url": "/"}]


def names(described: dict[str, Any]) -> set[str]:
    """Of all parameters, in lower case."""
    found = {each.get("name", "") for each in described["parameters"]}
    for content in described.get("requestBody", {}).get("content", {}).values():
        found |= set(content["schema"].get("properties", {}))
    return {each.lower() for each in found}


def an_address(route: Route) -> str:
    parts = [
        (choices[0] if (choices := re.findall(r"[(|](\w+)", part)) else "7")
        if part.startswith("{")
        else part
        for part in route.template.split("/")
    ]
    return "/api/2.0/" + "/".join(parts)


@on_one_database
def test_the_reference_page_asks_nothing_of_another_host(portal: Portal):
    reference = page(portal, "/docs")
    assert reference.headers["Content-Type"].startswith("text/html")
    policy = reference.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "*" not in policy
    addresses = re.findall(r'(?:src|href)="([^"]+)"', reference.text)
    assert addresses
    for address in addresses:
        assert re.match(r"/\w", address), address
        page(portal, address)


@on_one_database
def test_vendored_files_may_be_kept_and_are_not_sent_twice(portal: Portal):
    first = page(portal, "/static/swagger-ui.css")
    assert "max-age" in first.headers["Cache-Control"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = portal.call("GET", "/static/swagger-ui.css", as_=None, headers=known)
    assert (again.status, again.body) == (304, b"")


def test_health_needs_no_sign_in(portal: Portal):
    assert page(portal, "/healthz").text == "ok"
    assert page(portal, "/readyz").text == "ready"


@on_one_database
def test_a_page_can_only_be_read(portal: Portal):
    for path in ("/", "/healthz", "/docs", "/openapi.json"):
        assert portal.call("HEAD", path, as_=None).body == b""
        refused = portal.call("POST", path, as_=None)
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    for nothing in ("/nothing", "/nothing/here"):
        assert portal.call("GET", nothing, as_=None).status == 404


@on_one_database
def test_browser_that_opens_the_printed_address_is_led_to_sign_in(portal: Portal):
    answer = portal.call("GET", "/", as_=None, accept="text/html")
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert portal.call("GET", "/", as_=None).status == 401

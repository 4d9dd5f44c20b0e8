"""Every declared route with every form of answer: success, refusal, JSON, XML, both profiles. The
tests of each slice check what its routes do."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from lxml import etree

from dealwright import access, app
from dealwright.wire import openapi
from dealwright.wire.routes import Route
from tests.contract.live import ENVELOPE
from tests.documented_answers import assert_documented
from tests.each import each_route
from tests.running import Answer, Portal

ROUTES = app.routes().routes
DOCUMENT = openapi.document(ROUTES, title="Dealwright", version="0")
SIGNED_IN = [route for route in ROUTES if route.gate is not None]
OF_CRM = [route for route in ROUTES if route.gate is access.crm]
PENDING = [route for route in ROUTES if route.is_pending]
BUILT = [route for route in ROUTES if not route.is_pending]
BOUND = [route for route in BUILT if route.binder]
# Where a body that is not a form is a file, JSON is a file too.
READING_JSON = [route for route in BOUND if not route.takes_raw]
READ = [route for route in BUILT if route.method == "GET"]

MISSING = "2147483646"  # an id that no record has
NO_ID = "99999999999"  # an id that no record can have
FORMS = {"json": "application/json", "xml": "text/xml"}
ACCEPTED = [
    f"{FORMS[form]}; profile={profile}" for form, profile in product(FORMS, ("live", "documented"))
]
DOCUMENTED_LIST = ["status", "response", "count", "startIndex", "nextIndex", "total"]


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, Portal]]:
    made: dict[str, Portal] = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def place(portal: Portal, places: dict[str, Portal]) -> Portal:
    """A portal of its own, since the routes change it."""
    if portal.database not in places:
        ground = portal.ground
        places[portal.database] = Portal(ground, ground.databases.copy(ground.template), {})
    return places[portal.database]


# Refusals that come before the database are the same on both.
without_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


def accepted(place: Portal) -> list[str]:
    """All forms of an answer on SQLite, and one on PostgreSQL: no form asks the database."""
    return ACCEPTED if place.settings.database.startswith("sqlite") else ACCEPTED[:1]


def path(route: Route, number: str = MISSING) -> str:
    """An address of the route that leads to no record."""
    return "/".join(segment(part, number) for part in route.template.split("/"))


def segment(part: str, number: str) -> str:
    if not part.startswith("{"):
        return part
    kind = part[1:-1].partition(":")[2]
    if kind.startswith("("):
        return kind[1:-1].split("|")[0]
    if part == "{infoType}":  # an enumeration, documented word by word
        return "email"
    return number if kind == "id" else "nowhere1"


def caller(route: Route) -> str:
    """Root, except for the route that would sign out the user of the following tests."""
    return "cid" if route.template == "authentication/logout" else "root"


def demand_refusal(answer: Answer, status: int, *, message: str = "", hresult: int = 0) -> str:
    """Checks that a refusal has its one form in either profile; returns its message."""
    assert answer.status == status, answer.text
    assert "accept" in answer.headers["Vary"].lower()
    if answer.headers["Content-Type"].startswith("text/xml"):
        found = re.fullmatch(
            rf"<result><status>1</status><statusCode>{status}</statusCode><error>"
            r"<message>([^<]+)</message><hresult>(-\d+)</hresult><data /></error></result>",
            answer.text,
        )
        assert found, answer.text
        shown, code = found[1], int(found[2])
    else:
        assert list(answer.json) == ["status", "statusCode", "error"], answer.text
        assert (answer.json["status"], answer.json["statusCode"]) == (1, status)
        error = answer.json["error"]
        assert list(error) == ["message", "hresult", "data"]
        assert error["data"] == {}
        shown, code = error["message"], error["hresult"]
    assert message in ("", shown)
    assert hresult in (0, code)
    return str(shown)


def demand_success(answer: Answer, route: Route, accept: str) -> None:
    documented = "documented" in accept
    if accept.startswith("text/xml"):
        names = list(dict.fromkeys(child.tag for child in etree.fromstring(answer.text)))
        known = DOCUMENTED_LIST if documented else ENVELOPE
        assert names == [key for key in known if key in names]
        assert documented or "statusCode" in names
        return
    whole = answer.json
    is_list = isinstance(whole["response"], list)
    if documented:
        expected = DOCUMENTED_LIST if is_list and route.method == "GET" else DOCUMENTED_LIST[:2]
        assert list(whole) == expected
        return
    assert tuple(whole) == tuple(key for key in ENVELOPE if key in whole)
    assert (whole["status"], whole["statusCode"]) == (0, answer.status)
    assert "error" not in whole
    if is_list:
        assert whole.get("count", 0) == len(whole["response"])
    assert whole["response"] is not None


def demand_representation(answer: Answer, accept: str) -> None:
    form, _, profile = accept.partition("; profile=")
    kind = answer.headers["Content-Type"]
    assert kind.startswith(form)
    assert ('profile="documented"' in kind) is (profile == "documented")


@each_route(BUILT)
def test_every_route_answers_in_one_of_its_documented_shapes(route: Route, place: Portal):
    for accept in accepted(place):
        answer = place.call(route.method, path(route), as_=caller(route), accept=accept)
        assert answer.status in (route.status, 400, 401, 403, 404, 409, 429), answer.text
        demand_representation(answer, accept)
        if answer.status == route.status:
            demand_success(answer, route, accept)
        else:
            demand_refusal(answer, answer.status)
        if accept == ACCEPTED[0]:
            assert_documented(
                DOCUMENT, route.method, f"/api/2.0/{path(route)}", answer.status, answer.json
            )


@each_route([route for route in READ if not route.parameters and not route.binder])
def test_a_list_that_asks_for_nothing_is_given(route: Route, place: Portal):
    assert place.call("GET", path(route), as_="root").status == 200


@without_database
@each_route(SIGNED_IN)
def test_anonymous_request_gets_401(route: Route, place: Portal):
    for accept in ACCEPTED:
        answer = place.call(route.method, path(route), as_=None, accept=accept)
        demand_refusal(answer, 401, message="Unauthorized", hresult=-2146233087)
        demand_representation(answer, accept)


@without_database
@each_route(OF_CRM)
def test_guest_gets_403_before_any_other_error_of_the_crm(route: Route, place: Portal):
    bad = {"body": b"{", "headers": {"Content-Type": "application/json"}}
    for accept in ACCEPTED:
        answer = place.call(route.method, path(route), as_="gus", accept=accept, **bad)
        demand_refusal(answer, 403, message="Forbidden", hresult=-2147467259)


@without_database
@each_route(PENDING)
def test_pending_route_answers_501_before_reading_the_body(route: Route, place: Portal):
    bad = {"body": b"{", "headers": {"Content-Type": "application/json"}}
    for accept in ACCEPTED:
        answer = place.call(route.method, path(route), accept=accept, **bad)
        demand_refusal(answer, 501, message="Not implemented", hresult=-2147467263)


@without_database
@each_route(READING_JSON)
def test_unreadable_body_gets_400(route: Route, place: Portal):
    bad = {"body": b"{", "headers": {"Content-Type": "application/json"}}
    for accept in ACCEPTED:
        answer = place.call(route.method, path(route), as_=caller(route), accept=accept, **bad)
        assert "JSON" in demand_refusal(answer, 400)


@without_database
@each_route(READING_JSON)
def test_value_out_of_range_gets_400_and_is_named(route: Route, place: Portal):
    assert route.binder
    names = [each for each in route.binder.parameters if each.lower() not in route.path_names]
    for parameter in names:
        # NUL is neither text that is stored nor any number, date, user, choice or object.
        answer = place.call(route.method, path(route), json={parameter: "\0"}, as_=caller(route))
        assert parameter in demand_refusal(answer, 400)


@each_route([route for route in BOUND if re.search(r"\{\w+:id}", route.template)])
def test_impossible_id_gets_404(route: Route, place: Portal):
    for accept in accepted(place):
        answer = place.call(route.method, path(route, NO_ID), as_=caller(route), accept=accept)
        demand_refusal(answer, 404, hresult=-2147467259)


@without_database
@each_route(ROUTES)
def test_unknown_method_gets_405(route: Route, place: Portal):
    for accept in ACCEPTED:
        answer = place.call("PATCH", path(route), as_=None, accept=accept)
        demand_refusal(answer, 405, message="Method not found", hresult=-2146233069)
        allowed = {each.strip() for each in answer.headers["Allow"].split(",")}
        assert {route.method, "OPTIONS"} <= allowed
        assert ("GET" in allowed) is ("HEAD" in allowed)


@each_route(READ)
def test_head_says_what_get_says_without_a_body(route: Route, place: Portal):
    got = place.call("GET", path(route), as_="root")
    head = place.call("HEAD", path(route), as_="root")
    assert (head.status, head.body) == (got.status, b"")
    for header in ("Content-Type", "ETag", "Vary"):
        assert head.headers[header] == got.headers[header]


@without_database
@each_route(ROUTES)
def test_options_is_open_to_anybody(route: Route, place: Portal):
    answer = place.call("OPTIONS", path(route), as_=None)
    assert (answer.status, answer.body) == (200, b"")
    assert route.method in answer.headers["Access-Control-Allow-Methods"]


@without_database
@each_route(ROUTES)
def test_every_route_has_its_suffixes(route: Route, place: Portal):
    for suffix, form in FORMS.items():
        whole = f"{path(route)}.{suffix}"
        answer = place.call(route.method, whole, as_=None, accept=FORMS["json"])
        assert answer.headers["Content-Type"].startswith(form)
        assert "Method not found" not in answer.text


@without_database
@pytest.mark.parametrize("where", ["crm/nothing", "nothing.json", "crm/opportunity/x"])
def test_unknown_route_gets_404(portal: Portal, where: str):
    for method, accept in product(("GET", "POST", "PATCH", "HEAD"), ACCEPTED):
        answer = portal.call(method, where, as_=None, accept=accept)
        if method == "HEAD":
            assert (answer.status, answer.body) == (404, b"")
        else:
            demand_refusal(answer, 404, message="Method not found", hresult=-2146233069)
        if not where.endswith(".json"):
            demand_representation(answer, accept)


class TestTheOrderOfRefusals:
    """404 for the route, 405, 401, 403 for who has no CRM, 501, 400, then what the record says."""

    def test_an_unknown_route_before_the_method(self, portal: Portal):
        demand_refusal(portal.call("PATCH", "crm/nothing", as_=None), 404)

    def test_the_method_before_who_asks(self, portal: Portal):
        demand_refusal(portal.call("PATCH", "crm/opportunity", as_=None), 405)

    def test_sign_in_is_checked_before_input(self, portal: Portal):
        bad: dict[str, Any] = {"body": b"{", "headers": {"Content-Type": "application/json"}}
        demand_refusal(portal.call("POST", "crm/opportunity", as_=None, **bad), 401)

    def test_the_crm_before_what_is_not_built_and_what_is_sent(self, portal: Portal):
        demand_refusal(portal.call("GET", "crm/report/files", as_="gus"), 403)
        bad: dict[str, Any] = {"body": b"{", "headers": {"Content-Type": "application/json"}}
        demand_refusal(portal.call("POST", "crm/opportunity", as_="gus", **bad), 403)

    def test_what_is_sent_before_whether_the_record_exists(self, portal: Portal):
        one = f"crm/opportunity/{MISSING}"
        demand_refusal(portal.call("PUT", one, json={"bidType": "unheard of"}), 400)
        demand_refusal(portal.call("PUT", one, json={"title": "x"}), 404)

    def test_whether_the_record_exists_before_what_the_rules_ask(self, portal: Portal):
        demand_refusal(portal.call("PUT", f"crm/opportunity/{MISSING}", json={"title": ""}), 404)

    def test_the_right_before_the_value_where_only_administrators_may(self, portal: Portal):
        demand_refusal(portal.call("POST", "crm/opportunity/stage", json={"title": ""}), 403)
        answer = portal.call("POST", "crm/opportunity/stage", json={"title": ""}, as_="root")
        demand_refusal(answer, 400)

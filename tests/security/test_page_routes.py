"""Every page that the site declares, attacked over HTTP: what a user may not see is on none of
them and in no number, no form of theirs changes it, and no form works without its token."""

import re
from dataclasses import replace
from itertools import product
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from dealwright import app
from dealwright.wire.routes import Route
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.running import Answer, Portal
from tests.security.scene import MISSING, Records, Scene

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
TOKEN = re.compile(r'name="csrf" value="(\w+)"')
# What differs between two drawings of the same page.
VARYING = re.compile(r'nonce="[^"]+"|data-since="\d+"')
ROUTES = [route for route in app.page_routes().routes if route.template != "live"]
# What belongs to a session or a saved view is no record.
OF_NO_RECORD = ("sessions", "profile", "password", "opportunities/views", "settings")
# What pages read as numbers, and what `int` refuses or a database cannot hold.
NUMBERS = (
    *("ids", "stage", "pipeline", "page", "count", "since", "told", "entry", "chosen"),
    *("category", "after", "before"),
)
NO_NUMBERS = ("9" * 4400, str(2**63), "²", "٣", "-1", "1e999999", "NaN", "\0")
EVIL = ("https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: a=b")


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    return {}


@pytest.fixture
def scene(place: Portal, scenes: dict[str, Scene]) -> Scene:
    if place.database not in scenes:
        scenes[place.database] = Scene(place)
    return scenes[place.database]


class Visitor(NamedTuple):
    """A browser of one of the users."""

    portal: Portal
    name: str

    def get(self, path: str, **headers: str) -> Answer:
        return self._call("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, object], **headers: str) -> Answer:
        shown = TOKEN.search(self.get("/more").text)
        assert shown
        return self._call("POST", path, form={"csrf": shown[1], **form}, headers=headers)

    def _call(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        form: dict[str, object] | None = None,
    ) -> Answer:
        sent = {"Cookie": f"asc_auth_key={self.portal.ground.tokens[self.name]}", **headers}
        return self.portal.call(method, path, as_=None, accept=BROWSER, form=form, headers=sent)


def address(route: Route, records: Records) -> str:
    """The route's address with the ids of some records in it."""

    def filled(found: re.Match[str]) -> str:
        noun = route.template.split("/")[0]
        named = {"opportunities": "opportunity", "contacts": "person", "cases": "case"}
        kind = {"id": named.get(noun, noun.removesuffix("s")), "note": "event", "contact": "person"}
        return str(getattr(records, kind.get(found[1], found[1]), records.opportunity))

    return "/" + re.sub(r"\{(\w+)(?::\w+)?\}", filled, route.template)


def of_records(method: str) -> list[Route]:
    return [
        route
        for route in ROUTES
        if route.method == method
        and ":id}" in route.template
        and not route.template.startswith(OF_NO_RECORD)
    ]


def test_hidden_records_are_on_no_page_and_in_no_fragment(scene: Scene):
    bob, ann = Visitor(scene.portal, "bob"), Visitor(scene.portal, "ann")
    word = "s" + uuid4().hex[:12]
    texts = {"title": f"{word} deal", "description": f"{word} description"}
    deal = make_opportunity(
        scene.portal, isPrivate=True, contactid=scene.hidden.person, bidValue=1234.56, **texts
    )
    note = {"entityType": "opportunity", "entityId": deal, "content": f"{word} note"}
    category = scene.portal.call("GET", "crm/history/category").response[0]["id"]
    answer = scene.portal.call("POST", "crm/history", json={**note, "categoryId": category})
    assert answer.status == 201, answer.text
    hidden = replace(scene.hidden, opportunity=deal)
    queries = ("", f"ids={deal}&stage=1", f"text={word}&ids={deal}&stage=1")
    for route in ROUTES:
        if route.method != "GET":
            continue
        for query, how in product(queries, ({}, {"HX-Request": "true"})):
            path = address(route, hidden)
            text = bob.get(f"{path}?{query}", **how).text
            # A text that was asked for is said again; no record's own text is.
            assert not re.search(rf"{word} (deal|description|note)|1,?234[.,]56", text), path
            assert f"/opportunities/{deal}" not in text.replace(path, ""), path
    for route in of_records("GET"):
        path = address(route, hidden)
        # Without scripts a panel leads to its page, whether there is one or not.
        assert bob.get(path).status == (303 if path.endswith("/panel") else 404), path
        assert bob.get(path, **{"HX-Request": "true"}).status == 404, path
    assert f"{word} deal" in ann.get(f"/opportunities/board?text={word}").text
    assert f"{word} note" in ann.get(f"/opportunities/{deal}").text


def test_numbers_leave_out_what_is_hidden(scene: Scene):
    bob, ann = Visitor(scene.portal, "bob"), Visitor(scene.portal, "ann")
    paths = ("/opportunities/board", "/opportunities", "/opportunities/board/changes?ids=1")

    def drawn(visitor: Visitor) -> list[str]:
        return [VARYING.sub("", visitor.get(path).text) for path in paths]

    before, of_ann = drawn(bob), drawn(ann)
    made = {"bidValue": 987_654, "bidCurrencyAbbr": "CHF", "expectedCloseDate": "2001-01-01"}
    make_opportunity(scene.portal, isPrivate=True, **made)
    assert drawn(bob) == before
    assert drawn(ann) != of_ann


def test_forms_about_a_hidden_record_find_nothing_and_change_nothing(scene: Scene):
    bob = Visitor(scene.portal, "bob")
    before = scene.looks(scene.hidden)
    form: dict[str, object] = {
        "stage": 2, "amount": "1", "closed": "2030-01-01", "title": "taken", "tag": "taken",
        "person": str(scene.open.person), "note": "taken", "task": "taken", "due": "2030-01-01",
        "owner": scene.portal.id_of("bob"), "private": "", "was-title": f"{scene.word} deal",
    }  # fmt: skip
    for route in of_records("POST"):
        answers = [
            bob.post(address(route, records), form, **fragment)
            for records in (scene.hidden, Records.all(MISSING))
            for fragment in ({}, {"HX-Request": "true"})
        ]
        found = {(each.status, each.headers["HX-Trigger"]) for each in answers}
        assert len(found) == 1, (route.template, found)
        assert found.pop()[0] in (400, 404), route.template
    for name in ("move", "assign", "tag", "delete"):
        chosen = {**form, "ids": scene.hidden.opportunity}
        shown = bob.post(f"/opportunities/selected/{name}", chosen).text
        assert scene.word not in shown
    assert scene.looks(scene.hidden) == before


@on_sqlite
def test_no_form_works_without_its_token_or_from_another_host(scene: Scene):
    ann = Visitor(scene.portal, "ann")
    for route in ROUTES:
        if route.method != "POST":
            continue
        path = address(route, scene.open)
        cookie = {"Cookie": f"asc_auth_key={scene.portal.ground.tokens['ann']}"}
        bare = scene.portal.call(
            "POST", path, as_=None, accept=BROWSER, form={"stage": 2}, headers=cookie
        )
        refused = (403, 404) if route.template.startswith("people/invite") else (403,)
        assert bare.status in refused, path
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert ann.post(path, {"stage": 2}, **foreign).status in refused, path


@on_sqlite
def test_guests_and_visitors_get_no_page_of_the_crm(scene: Scene):
    guest = Visitor(scene.portal, "gus")
    for route in ROUTES:
        if not route.template.startswith("opportunities") or route.method != "GET":
            continue
        path = address(route, scene.open)
        assert guest.get(path).status == 403, path
        answer = scene.portal.call("GET", path, as_=None, accept=BROWSER)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/login")


@on_sqlite
def test_no_page_fails_for_what_is_no_number_in_its_address(scene: Scene):
    ann = Visitor(scene.portal, "ann")
    for route, text in product(ROUTES, NO_NUMBERS):
        if route.method == "GET":
            sent = urlencode(dict.fromkeys(NUMBERS, text))
            answer = ann.get(f"{address(route, scene.open)}?{sent}")
            assert answer.status < 500, (route.template, text[:20], answer.text)


@on_sqlite
def test_a_view_is_not_replaced_by_what_names_none(scene: Scene):
    ann = Visitor(scene.portal, "ann")
    for text in ("9" * 4400, str(2**63), "²", "0"):
        form = {"query": "", "into": text, "title": "x"}
        assert ann.post("/opportunities/views", form).status in (400, 404), text[:20]


@on_sqlite
def test_forms_lead_only_to_this_server(scene: Scene):
    ann = Visitor(scene.portal, "ann")
    deal = make_opportunity(scene.portal)
    forms: tuple[tuple[str, dict[str, object]], ...] = (
        ("/opportunities/board/display", {"density": "compact"}),
        ("/opportunities/columns", {"standard": "1"}),
        (f"/opportunities/{deal}/move", {"stage": 2}),
        ("/opportunities/selected/undo", {"token": "x"}),
    )
    for path, form in forms:
        for evil in EVIL:
            answer = ann.post(path, {**form, "back": evil})
            assert (answer.status, answer.headers["Location"]) == (303, "/"), (path, evil)
            assert "a=b" not in str(answer.headers)
        answer = ann.post(path, form, Referer="https://evil.example//other.example/x")
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")

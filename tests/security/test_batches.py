"""A batch is no way around anything: it opens no other address, brings no other rights, costs no
less than its requests and hides none of them."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from dealwright.wire import batch
from tests.making import make_opportunity
from tests.running import PASSWORD, Answer, Portal


def send(portal: Portal, *items: dict[str, Any], **options: Any) -> Answer:
    return portal.call("POST", "batch", form={"batch": json.dumps(items)}, **options)


def ask(path: str, method: str = "GET", payload: object = None, **more: Any) -> dict[str, Any]:
    item = {"relativeUrl": f"/api/2.0/{path}", "relativeMethod": method, **more}
    return item | {"body": json.dumps(payload or {}), "bodyContentType": "application/json"}


def whole(portal: Portal, title: str) -> dict[str, Any]:
    payload = {"title": title, "stageid": 1, "bidCurrencyAbbr": "EUR"}
    return payload | {"responsibleid": portal.id_of("ann")}


@pytest.mark.parametrize(
    "path",
    [
        "/api/2.0/batch",
        "/api/2.0/BATCH.JSON",
        "//API//2.0//batch//",
        "/api/2.0/batch.xml?x=1",
        "/api/2.0/%62atch",
        "/api/2.0/batc%68%2ejson",
        "/api/2.0%2Fbatch",
    ],
)
def test_a_batch_holds_no_batch_however_it_is_spelled(portal: Portal, path: str):
    inner = json.dumps([{"relativeUrl": "/api/2.0/people/@self"}])
    answer = send(portal, {"relativeUrl": path, "method": "POST", "body": f"batch={inner}"})
    assert answer.status == 400
    assert "batch inside a batch" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "http://127.0.0.1/api/2.0/people/@self",
        "//evil.example/api/2.0/people/@self",
        "@evil.example/api/2.0/",
        "file:///etc/passwd",
        "/docs",
        "/api/2.0/../../docs",
        "/api/3.0/people/@self",
        "",
        "people/@self",
    ],
)
def test_a_batch_asks_this_portal_alone_and_only_its_api(portal: Portal, path: str):
    answer = send(portal, {"relativeUrl": path})
    statuses = [answer.status, *(each["status"] for each in answer.json.get("response", []))]
    assert statuses in ([400], [201, 404])


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "CONNECT", "OPTIONS", "HEAD", "G\r\nET", "*"])
def test_a_batch_knows_four_methods(portal: Portal, method: str):
    assert send(portal, ask("people/@self", method)).status == 400


def test_an_item_brings_no_headers_of_its_own(portal: Portal):
    root = portal.ground.tokens["root"]
    more = {
        "headers": {"Authorization": root, "Cookie": f"asc_auth_key={root}"},
        "Authorization": root,
        "user": portal.id_of("root"),
    }
    odd = ask("people/@self") | {"bodyContentType": f"text/xml\r\nAuthorization: {root}"}
    answers = send(portal, ask("people/@self", **more), odd, as_="bob").response
    for each in answers:
        if each["status"] == 200:
            assert json.loads(each["data"])["response"]["id"] == portal.id_of("bob")
    assert answers[0]["status"] == 200


def test_sign_in_inside_a_batch_does_not_change_the_user(portal: Portal):
    payload = {"userName": "cid@example.com", "password": PASSWORD}
    answer = send(portal, ask("authentication", "POST", payload), ask("people/@self"), as_="bob")
    first, second = answer.response
    assert first["status"] == 201
    assert json.loads(second["data"])["response"]["id"] == portal.id_of("bob")
    assert answer.headers["Set-Cookie"] is None


def test_guesses_in_a_batch_are_counted_one_by_one(portal: Portal):
    own = portal.fresh()
    guesses = [
        ask("authentication", "POST", {"userName": "cid@example.com", "password": f"guess {n}"})
        for n in range(10)
    ]
    statuses = [each["status"] for each in send(own, *guesses).response]
    assert statuses == [401] * 5 + [429] * 5
    right = {"userName": "cid@example.com", "password": PASSWORD}
    assert own.call("POST", "authentication", json=right, as_=None).status == 429


def test_each_request_of_a_batch_is_made_once_for_its_key(place: Portal):
    """Different ones are all made; the whole batch sent again makes none of them again."""
    key = {"Idempotency-Key": uuid4().hex}
    word = "w" + uuid4().hex
    items = [ask("crm/opportunity", "POST", whole(place, f"{word} {n}")) for n in ("a", "b", "b")]
    first, again = (send(place, *items, headers=key).response for _ in range(2))
    assert [each["status"] for each in first] == [201, 201, 201]
    assert [each["data"] for each in again] == [each["data"] for each in first]
    assert place.call("GET", f"crm/opportunity/filter?filterValue={word}").json["total"] == 3


def test_an_address_in_a_batch_is_escaped_as_any_other(place: Portal):
    key = f"{uuid4().hex} a&b é"
    made = make_opportunity(place, externalId=key)
    path = f"crm/opportunity/by-external/{quote(key)}"
    (answer,) = send(place, ask(path, "PUT", whole(place, "renamed"))).response
    assert (answer["status"], json.loads(answer["data"])["response"]["id"]) == (200, made)


def test_answers_do_not_pile_up_without_end(place: Portal, monkeypatch: pytest.MonkeyPatch):
    """What is left is refused, and not run."""
    monkeypatch.setattr(batch, "LARGEST", 5000)
    made = make_opportunity(place, description="x" * 6000)
    items = [ask(f"crm/opportunity/{made}"), ask(f"crm/opportunity/{made}", "DELETE")]
    statuses = [each["status"] for each in send(place, *items).response]
    assert statuses == [200, 413]
    assert place.call("GET", f"crm/opportunity/{made}").status == 200


def test_an_if_match_is_of_no_use_to_several(place: Portal):
    """The version of one record must not be taken for that of another."""
    made = [make_opportunity(place) for _ in range(2)]
    items = [ask(f"crm/opportunity/{each}", "PUT", whole(place, "new")) for each in made]
    answers = send(place, *items, headers={"If-Match": f'"{made[0]}-1"'}).response
    assert [each["status"] for each in answers] == [200, 200]

"""What ends a session and what does not: signing out, passwords, API tokens, by whom."""

from base64 import b64encode

import pytest

from dealwright.people.accounts import actions
from tests.people.new_accounts import new_account, offline, sign_in, signed_in, status_of
from tests.running import PASSWORD, Portal

ANOTHER = "quite another password"
NO_ONE = "9e107d9d-372b-46d6-b1f0-0123456789ab"


def test_signing_out_ends_the_session_that_was_shown_and_no_other(portal: Portal):
    nina = new_account(portal)
    other = signed_in(portal, nina.email)
    answer = portal.call("POST", "authentication/logout", as_=None, headers=nina.headers)
    assert (answer.status, answer.response) == (201, {})
    assert answer.headers["Set-Cookie"].startswith("asc_auth_key=; Path=/; Max-Age=0; HttpOnly")
    assert status_of(portal, nina.token) == 401
    assert status_of(portal, other) == 200


def test_a_browser_signs_out_by_its_cookie(portal: Portal):
    nina = new_account(portal)
    headers = {"Cookie": f"asc_auth_key={nina.token}"}
    assert portal.call("POST", "authentication/logout", as_=None, headers=headers).status == 201
    assert status_of(portal, nina.token) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "Authorization": "nonsense"},
    ],
)
def test_another_page_cannot_write_with_the_cookie(portal: Portal, headers: dict[str, str]):
    nina = new_account(portal)
    sent = {"Cookie": f"asc_auth_key={nina.token}", **headers}
    for method, path in (
        ("POST", "authentication/logout"),
        ("POST", "people/@self/tokens"),
        ("PUT", f"people/{nina.id}/password"),
    ):
        payload = {"title": "x", "password": ANOTHER}
        answer = portal.call(method, path, form=payload, as_=None, headers=sent)
        assert answer.status == 403
    assert status_of(portal, nina.token) == 200


def test_signing_out_needs_a_session(portal: Portal):
    assert portal.call("POST", "authentication/logout", as_=None).status == 401


def test_an_api_token_survives_signing_out(portal: Portal):
    nina = new_account(portal)
    token = api_token(portal, nina.token)
    sent = {"Authorization": token}
    assert portal.call("POST", "authentication/logout", as_=None, headers=sent).status == 201
    assert status_of(portal, token) == 200
    assert status_of(portal, nina.token) == 200


def test_a_new_password_ends_every_session_but_no_api_token(portal: Portal):
    nina = new_account(portal)
    other, token = signed_in(portal, nina.email), api_token(portal, nina.token)
    old = b64encode(f"{nina.email}:{PASSWORD}".encode()).decode()
    assert status_of(portal, f"Basic {old}") == 200
    answer = set_password(portal, nina.token, nina.id, ANOTHER)
    assert (answer.status, answer.response["id"]) == (200, nina.id)
    assert answer.response["email"] == nina.email
    for gone in (nina.token, other, f"Basic {old}"):
        assert status_of(portal, gone) == 401
    assert status_of(portal, token) == 200
    assert sign_in(portal, nina.email, PASSWORD).status == 401
    assert sign_in(portal, nina.email, ANOTHER).status == 201


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaa", "x" * 1000])
def test_a_weak_password_is_refused_and_changes_nothing(portal: Portal, password: str):
    nina = new_account(portal)
    answer = set_password(portal, nina.token, nina.id, password)
    assert answer.status == 400
    assert "password" in answer.json["error"]["message"]
    assert not password or password not in answer.text
    assert status_of(portal, nina.token) == 200


def test_who_may_set_whose_password(portal: Portal):
    own = portal.fresh()
    user, crm_admin, admin = (new_account(own, role) for role in ("user", "crm_admin", "admin"))
    owner = own.ground.tokens["root"]
    victim, owner_id = new_account(own), own.id_of("root")
    for who, whom, status in (
        (user.token, victim.id, 403),
        (user.token, owner_id, 403),
        (user.token, NO_ONE, 403),
        (crm_admin.token, victim.id, 403),
        (admin.token, owner_id, 403),
        (admin.token, NO_ONE, 404),
        (admin.token, victim.id, 200),
        (owner, admin.id, 200),
        (owner, owner_id, 200),
    ):
        assert set_password(own, who, whom, ANOTHER).status == status
    assert status_of(own, victim.token) == status_of(own, admin.token) == 401
    assert status_of(own, user.token) == 200


def test_guests_set_their_own_password(portal: Portal):
    guest = new_account(portal, "guest")
    assert set_password(portal, guest.token, guest.id, ANOTHER).status == 200


def test_an_api_token_can_make_neither_tokens_nor_passwords(portal: Portal):
    nina = new_account(portal)
    token = api_token(portal, nina.token)
    assert set_password(portal, token, nina.id, ANOTHER).status == 403
    sent = {"Authorization": token}
    made = portal.call("POST", "people/@self/tokens", json={"title": "x"}, as_=None, headers=sent)
    assert made.status == 403


def test_api_token_is_shown_once(portal: Portal):
    nina = new_account(portal)
    payload = {"title": "nightly export", "scope": "write"}
    made = portal.call("POST", "people/@self/tokens", json=payload, as_=None, headers=nina.headers)
    assert made.status == 201
    assert list(made.response) == ["id", "title", "scope", "created", "lastUsed", "token"]
    assert made.response["lastUsed"] is None
    assert made.headers["Cache-Control"] == "no-store"
    listed = portal.call("GET", "people/@self/tokens", as_=None, headers=nina.headers)
    [shown] = listed.response
    assert list(shown) == ["id", "title", "scope", "created", "lastUsed"]
    assert {**shown, "token": made.response["token"]} == made.response
    assert made.response["token"] not in listed.text


def test_a_token_for_reading_cannot_write_in_any_way(portal: Portal):
    nina = new_account(portal)
    reading = {"Authorization": api_token(portal, nina.token, scope="read")}
    assert portal.call("GET", "people/@self", as_=None, headers=reading).status == 200
    assert portal.call("HEAD", "people/@self", as_=None, headers=reading).status == 200
    item = '[{"RelativeUrl": "/api/2.0/people/@self", "RelativeMethod": "GET"}]'
    for method, path, form in (
        ("POST", "people/@self/tokens", {"title": "x"}),
        ("DELETE", "people/@self/tokens/1", {}),
        ("PUT", f"people/{nina.id}/password", {"password": ANOTHER}),
        ("POST", "crm/opportunity", {"title": "x"}),
        ("POST", "batch", {"batch": item}),
    ):
        answer = portal.call(method, path, form=form, as_=None, headers=reading)
        assert answer.status == 403, path


def test_revoked_token_gets_401(portal: Portal):
    nina = new_account(portal)
    made = portal.call(
        "POST", "people/@self/tokens", json={"title": "x"}, as_=None, headers=nina.headers
    ).response
    assert status_of(portal, made["token"]) == 200
    path = f"people/@self/tokens/{made['id']}"
    gone = portal.call("DELETE", path, as_=None, headers=nina.headers)
    assert (gone.status, gone.response["title"]) == (200, "x")
    assert status_of(portal, made["token"]) == 401
    assert portal.call("DELETE", path, as_=None, headers=nina.headers).status == 404


def test_a_token_is_revoked_only_by_its_owner_and_only_if_it_is_one(portal: Portal):
    nina, otto = new_account(portal), new_account(portal)
    made = portal.call(
        "POST", "people/@self/tokens", json={"title": "x"}, as_=None, headers=nina.headers
    ).response
    for path in (f"people/@self/tokens/{made['id']}", f"people/@self/tokens?id={made['id']}"):
        for headers in (otto.headers, {"Authorization": portal.ground.tokens["root"]}):
            assert portal.call("DELETE", path, as_=None, headers=headers).status == 404
    sessions = range(max(1, made["id"] - 5), made["id"])
    for number in sessions:
        path = f"people/@self/tokens/{number}"
        assert portal.call("DELETE", path, as_=None, headers=nina.headers).status == 404
    assert status_of(portal, nina.token) == status_of(portal, made["token"]) == 200


@pytest.mark.parametrize(
    ("told", "parameter"),
    [
        ({}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "x", "scope": "admin"}, "scope"),
    ],
)
def test_a_token_needs_a_title_and_a_known_scope(
    portal: Portal, told: dict[str, str], parameter: str
):
    answer = portal.call("POST", "people/@self/tokens", json=told)
    assert answer.status == 400
    assert parameter in answer.json["error"]["message"]


def test_no_answer_with_a_token_is_kept_for_a_second_time(portal: Portal):
    nina = new_account(portal)
    headers = {**nina.headers, "Idempotency-Key": "the same"}
    made = [
        portal.call("POST", "people/@self/tokens", json={"title": "x"}, as_=None, headers=headers)
        for _ in range(2)
    ]
    assert made[0].response["token"] != made[1].response["token"]
    key = {"Idempotency-Key": "the same"}
    first, second = (sign_in(portal, nina.email, PASSWORD, headers=key) for _ in range(2))
    assert first.response["token"] != second.response["token"]


def test_disabled_user_gets_401(portal: Portal):
    own = portal.fresh()
    nina = new_account(own)
    offline(own, actions.disable, email=nina.email)
    assert sign_in(own, nina.email, PASSWORD).status == 401


def api_token(portal: Portal, session: str, *, scope: str = "write") -> str:
    payload = {"title": "for a script", "scope": scope}
    headers = {"Authorization": session}
    made = portal.call("POST", "people/@self/tokens", json=payload, as_=None, headers=headers)
    return str(made.response["token"])


def set_password(portal: Portal, token: str, person_id: str, password: str):
    return portal.call(
        "PUT",
        f"people/{person_id}/password",
        json={"password": password},
        as_=None,
        headers={"Authorization": token},
    )

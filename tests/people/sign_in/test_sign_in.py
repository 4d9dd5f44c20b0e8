"""Signing in over HTTP: its answers, its refusals, and what it never shows."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from tests.people.new_accounts import new_account, sign_in, signed_in, status_of
from tests.running import PASSWORD, Portal

ANN = "ann@example.com"
FAILED = {
    "status": 1,
    "statusCode": 401,
    "error": {"message": "User authentication failed", "hresult": -2146233087, "data": {}},
}


def test_a_sign_in_gives_a_token_and_its_end(portal: Portal):
    answer = sign_in(portal, ANN, PASSWORD)
    assert answer.status == 201
    assert list(answer.json) == ["count", "status", "statusCode", "response"]
    assert list(answer.response) == ["token", "expires"]
    assert len(answer.response["token"]) >= 43
    assert answer.response["expires"].endswith("+00:00")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_end_has_the_offset_of_the_portals_zone(portal: Portal):
    moscow = portal.fresh(timezone="Europe/Moscow")
    assert sign_in(moscow, ANN, PASSWORD).response["expires"].endswith("+03:00")


@pytest.mark.parametrize("more", [{}, {"provider": ""}, {"provider": "email"}])
def test_a_form_signs_in_as_well(portal: Portal, more: dict[str, str]):
    form = {"UserName": ANN, "PASSWORD": PASSWORD, **more}
    answer = portal.call("POST", "authentication", form=form, as_=None)
    assert answer.status == 201
    assert status_of(portal, answer.response["token"]) == 200


def test_a_sign_in_answers_in_both_profiles_and_xml(portal: Portal):
    payload = {"userName": ANN, "password": PASSWORD}
    xml = portal.call("POST", "authentication.xml", json=payload, as_=None)
    assert xml.text.startswith("<result><count>1</count><status>0</status><statusCode>201<")
    accept = "application/json;profile=documented"
    documented = portal.call("POST", "authentication", json=payload, as_=None, accept=accept)
    names = ["Token", "Expires", "Sms", "PhoneNoise", "Tfa", "TfaKey"]
    assert list(documented.response) == names


def test_the_token_is_accepted_in_every_form(portal: Portal):
    token = signed_in(portal, ANN)
    for sent in (token, f"Bearer {token}", f"bearer {token}", quote(token), f"{token}, {token}"):
        assert status_of(portal, sent) == 200
    pair = b64encode(f"{ANN}:{PASSWORD}".encode()).decode()
    assert status_of(portal, f"Basic {pair}") == 200
    cookie = portal.call(
        "GET", "people/@self", as_=None, headers={"Cookie": f"a=b; asc_auth_key={token}"}
    )
    assert cookie.status == 200


def test_first_valid_credential_counts(portal: Portal):
    tokens = portal.ground.tokens
    for header, cookie, name in (
        (tokens["ann"], tokens["bob"], "ann"),
        ("x", tokens["bob"], "bob"),
        (tokens["ann"], "x", "ann"),
    ):
        shown = {"Authorization": header, "Cookie": f"asc_auth_key={cookie}"}
        answer = portal.call("GET", "people/@self", as_=None, headers=shown)
        assert answer.response["id"] == portal.id_of(name)


def test_a_token_in_the_query_is_not_read(portal: Portal):
    path = f"people/@self?asc_auth_key={portal.ground.tokens['ann']}"
    assert portal.call("GET", path, as_=None).status == 401


def test_the_cookie_is_for_this_server_and_no_script(portal: Portal):
    answer = sign_in(portal, ANN, PASSWORD)
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name == f"asc_auth_key={answer.response['token']}"
    assert sorted(attributes) == ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax"]


def test_over_https_the_cookie_stays_on_https(portal: Portal):
    secure = portal.fresh(public_url="https://crm.example.com")
    assert "; Secure" in sign_in(secure, ANN, PASSWORD).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_host_cannot_sign_the_browser_in(portal: Portal, headers: dict[str, str]):
    answer = sign_in(portal, ANN, PASSWORD, headers=headers)
    assert answer.status == 201, "a dashboard elsewhere may sign in by the password it has"
    assert "Set-Cookie" not in answer.headers


def test_a_session_is_never_one_that_the_client_brought(portal: Portal):
    chosen = "chosen-by-somebody-else-for-the-victim-000000"
    answer = sign_in(portal, ANN, PASSWORD, headers={"Cookie": f"asc_auth_key={chosen}"})
    assert answer.response["token"] != chosen
    assert status_of(portal, chosen) == 401
    assert sign_in(portal, ANN, PASSWORD).response["token"] != answer.response["token"]


@pytest.mark.parametrize(
    "payload",
    [
        {"userName": ANN, "password": "wrong"},
        {"userName": "nobody@example.com", "password": PASSWORD},
        {"userName": "", "password": PASSWORD},
        {"userName": ANN, "password": ""},
        {"userName": ANN},
        {},
        {"userName": ANN, "password": PASSWORD, "provider": "google", "accessToken": "x"},
        {"userName": ANN, "password": PASSWORD, "provider": "ldap"},
        {"userName": ANN, "password": "x" * 50_000},
        {"userName": f"{ANN}' or '1'='1", "password": PASSWORD},
    ],
)
def test_every_failure_looks_the_same(portal: Portal, payload: dict[str, Any]):
    own = portal.fresh()
    answer = own.call("POST", "authentication", json=payload, as_=None)
    assert (answer.status, answer.json) == (401, FAILED)
    assert "WWW-Authenticate" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_code_is_never_right(portal: Portal):
    payload = {"userName": ANN, "password": PASSWORD}
    for code in ("123456", "000000"):
        answer = portal.call("POST", f"authentication/{code}", json=payload, as_=None)
        assert (answer.status, answer.json) == (401, FAILED)


@pytest.mark.parametrize(
    ("route", "why"),
    [
        ("setphone", "No SMS is sent here"),
        ("sendsms", "No SMS is sent here"),
        ("login", "No sign-in keys are sent here"),
        ("register", "Registration is closed"),
    ],
)
@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_other_sign_ins_answer_403_for_every_caller(
    portal: Portal, route: str, why: str, password: str
):
    payload = {"userName": ANN, "password": password, "mobilePhone": "+1 555 0100"}
    answer = portal.call("POST", f"authentication/{route}", json=payload, as_=None)
    assert answer.status == 403
    assert answer.json["error"]["message"].startswith(why)
    assert "Set-Cookie" not in answer.headers


def test_after_five_failures_the_name_is_blocked_here(portal: Portal):
    victim = new_account(portal)
    for _ in range(5):
        assert sign_in(portal, victim.email, "wrong").status == 401
    for password in ("wrong", PASSWORD):
        answer = sign_in(portal, victim.email, password)
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.json["error"] == {
            "message": "Login Fail. Too many attempts",
            "hresult": -2146233088,
            "data": {},
        }
    assert status_of(portal, victim.token) == 200, "who is signed in stays so"
    assert sign_in(portal, ANN, PASSWORD).status == 201


def test_basic_is_blocked_by_the_same_count(portal: Portal):
    victim = new_account(portal)
    pair = b64encode(f"{victim.email}:wrong".encode()).decode()
    for _ in range(3):
        assert status_of(portal, f"Basic {pair}") == 401
    for _ in range(2):
        assert sign_in(portal, victim.email, "wrong").status == 401
    assert status_of(portal, f"Basic {pair}") == 429


def test_failures_count_for_the_account_whichever_of_its_names_is_used(portal: Portal):
    victim = new_account(portal)
    names = (
        victim.email,
        victim.email.upper(),
        f" {victim.email}",
        f"user-{victim.email.partition('@')[0]}",
    )
    for number in range(5):
        assert sign_in(portal, names[number % 4], "wrong").status == 401
    for name in names:
        assert sign_in(portal, name, PASSWORD).status == 429


def test_failures_at_one_address_block_nobody_at_another(portal: Portal):
    own = portal.fresh(trusted_proxies="127.0.0.1")
    guesser, home = ({"X-Forwarded-For": each} for each in ("198.51.100.1", "203.0.113.7"))
    for _ in range(5):
        assert sign_in(own, ANN, "wrong", headers=guesser).status == 401
    assert sign_in(own, ANN, PASSWORD, headers=guesser).status == 429
    assert sign_in(own, ANN, PASSWORD, headers=home).status == 201


def test_another_client_address_cannot_be_claimed(portal: Portal):
    victim = new_account(portal)
    for number in range(5):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert sign_in(portal, victim.email, "wrong", headers=headers).status == 401
    last = {"X-Forwarded-For": "198.51.100.99"}
    assert sign_in(portal, victim.email, "wrong", headers=last).status == 429


def test_only_http_basic_gets_a_challenge(portal: Portal):
    pair = b64encode(b"nobody@example.com:wrong").decode()
    basic = portal.call("GET", "people", as_=None, headers={"Authorization": f"Basic {pair}"})
    assert basic.status == 401
    assert basic.headers["WWW-Authenticate"].startswith("Basic ")
    other = portal.call("GET", "people", as_=None, headers={"Authorization": "unknown"})
    assert other.status == 401
    assert "WWW-Authenticate" not in other.headers


def test_no_secret_reaches_the_log(portal: Portal):
    known = new_account(portal)
    wrong = "a wrong but telling password"
    sign_in(portal, known.email, wrong)
    sign_in(portal, wrong, wrong)  # a user typed it into the wrong field
    pair = b64encode(f"{known.email}:{PASSWORD}".encode()).decode()
    status_of(portal, f"Basic {pair}")
    made = portal.call(
        "POST",
        "people/@self/tokens",
        json={"title": "export"},
        as_=None,
        headers=known.headers,
    )
    status_of(portal, made.response["token"])
    text = "\n".join(str(line) for line in portal.log)
    assert "signed in" in text
    assert "sign-in failed" in text
    for secret in (wrong, PASSWORD, known.token, made.response["token"], pair):
        assert secret not in text

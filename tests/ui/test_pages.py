"""Requests for pages over HTTP: who gets a page, what protects a change, how assets are kept."""

import re

import pytest

from dealwright.ui.website import Website
from tests.running import PASSWORD, Answer, Portal

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
TOKEN = re.compile(r'name="csrf" value="(\w+)"')


def get(portal: Portal, path: str, *, as_: str | None = None, **headers: str) -> Answer:
    cookie = {"Cookie": f"asc_auth_key={portal.ground.tokens[as_]}"} if as_ else {}
    return portal.call("GET", path, as_=None, accept=BROWSER, headers={**cookie, **headers})


def sign_in(portal: Portal, *, origin: str | None = None, token: str | None = None, **form: str):
    shown = portal.call("GET", "/login", as_=None, accept=BROWSER)
    visitor = shown.headers["Set-Cookie"].partition(";")[0]
    found = TOKEN.search(shown.text)
    assert found
    sent = {"email": "ann@example.com", "password": PASSWORD, "csrf": token or found[1], **form}
    headers = {"Cookie": visitor, **({"Origin": origin} if origin else {})}
    return portal.call("POST", "/login", as_=None, accept=BROWSER, form=sent, headers=headers)


def test_browser_gets_a_page_for_an_unknown_address_and_a_client_the_envelope(portal: Portal):
    page = get(portal, "/nowhere", as_="ann")
    assert page.status == 404
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "There is nothing at this address" in page.text
    answer = portal.call("GET", "/nowhere", accept="application/json")
    assert (answer.status, answer.json["error"]["message"]) == (404, "Method not found")
    assert portal.call("GET", "crm/nowhere", accept=BROWSER).json["statusCode"] == 404


def test_browser_gets_a_page_for_a_fault_even_if_nobody_can_be_looked_up(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    async def broken(*_: object) -> None:
        raise RuntimeError("the inner cause")

    monkeypatch.setattr(Website, "_page", broken)
    page = get(portal, "/login")
    assert page.status == 500
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "the inner cause" not in page.text
    assert "<h1" in page.text


def test_stranger_is_sent_to_sign_in_and_back(portal: Portal):
    answer = get(portal, "/more?a=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/more%3Fa%3D1")
    signed_in = sign_in(portal, next="/more?a=1")
    assert (signed_in.status, signed_in.headers["Location"]) == (303, "/more?a=1")


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "a\nb"],
)
def test_sign_in_leads_only_to_this_server(portal: Portal, address: str):
    assert sign_in(portal, next=address).headers["Location"] == "/"


def test_session_cookie_cannot_be_read_by_scripts(portal: Portal):
    cookies = sign_in(portal).headers.get_all("Set-Cookie")
    assert cookies
    (session,) = (each for each in cookies if each.startswith("asc_auth_key="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


def test_form_without_its_token_or_from_another_host_is_refused(portal: Portal):
    assert sign_in(portal, token="0" * 48).status == 403
    assert sign_in(portal, origin="https://evil.example").status == 403
    answer = portal.call(
        "POST",
        "/logout",
        as_=None,
        accept=BROWSER,
        headers={"Cookie": f"asc_auth_key={portal.ground.tokens['ann']}"},
    )
    assert answer.status == 403
    assert portal.call("GET", "people/@self").status == 200


def test_token_in_a_header_opens_no_page(portal: Portal):
    assert portal.call("GET", "/more", as_="ann", accept=BROWSER).status == 303


def test_pages_forbid_what_they_do_not_need(portal: Portal):
    page = get(portal, "/more", as_="ann")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in page.headers["Vary"]
    assert not re.search(r"\sstyle=|\son\w+=", page.text)


def test_assets_are_kept_for_a_year_at_their_hashed_address(portal: Portal):
    found = re.search(r'href="(/static/\w+/app.css)"', get(portal, "/login").text)
    assert found
    first = portal.call("GET", found[1], as_=None)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = portal.call("GET", found[1], as_=None, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    stale = portal.call("GET", "/static/0123456789ab/app.css", as_=None)
    assert (stale.status, stale.headers["Cache-Control"]) == (200, "no-cache")
    for name in ("../app.css", "ui/../../app.py", "ui/nothing.js", ""):
        assert portal.call("GET", f"/static/0123456789ab/{name}", as_=None).status == 404


def test_htmx_is_told_by_a_header_where_to_go(portal: Portal):
    cookie = {"Cookie": f"asc_auth_key={portal.ground.tokens['ann']}"}
    answer = portal.call(
        "GET", "/login", as_=None, accept="text/html", headers={"HX-Request": "true", **cookie}
    )
    assert (answer.status, answer.headers["HX-Redirect"]) == (200, "/")


@pytest.mark.parametrize(
    "old",
    [
        "/Products/CRM/Deals.aspx?id=1",
        "/Products/CRM/Default.aspx?id=1",
        "/Products/CRM/Cases.aspx?id=1",
        "/Products/CRM/Tasks.aspx?id=1",
        "/Products/CRM/Deals.aspx?id=//evil.example",
        "/Products/People/Profile.aspx?user=bob",
    ],
)
def test_addresses_in_letters_and_answers_lead_to_pages_of_this_server(portal: Portal, old: str):
    answer = get(portal, old, as_="ann")
    assert answer.status == 303
    assert re.fullmatch(r"/|/[a-z]+/\w+", answer.headers["Location"])


def test_own_profile_url_leads_to_the_profile(portal: Portal):
    url = portal.call("GET", "people/@self").response["profileUrl"]
    path = url.partition(str(portal.port))[2]
    assert get(portal, path, as_="ann").headers["Location"] == "/profile"
    assert portal.call("GET", "/favicon.ico", as_=None).headers["Content-Type"] == "image/svg+xml"

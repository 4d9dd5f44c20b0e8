"""Links with which a user sets a password once: who gets one, how long and how often it works."""

import re
from collections.abc import Iterator

import pytest

from tests import smtp_server
from tests.messages.mail.test_api import portal_with
from tests.people.new_accounts import new_account
from tests.running import Answer, Portal
from tests.smtp_server import Mailbox

NEW = "another long password"
BROWSER = "text/html"


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with smtp_server.running() as box:
        yield box


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def set_password(portal: Portal, path: str, password: str = NEW) -> Answer:
    shown = portal.call("GET", path, as_=None, accept=BROWSER)
    if "Set-Cookie" not in shown.headers or "csrf" not in shown.text:
        return shown
    visitor = shown.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrf" content="(\w+)"', shown.text)
    assert token
    form = {"csrf": token[1], "new_password": password}
    headers = {"Cookie": visitor}
    return portal.call("POST", path, as_=None, accept=BROWSER, form=form, headers=headers)


def sign_in(portal: Portal, email: str, password: str) -> int:
    payload = {"userName": email, "password": password}
    return portal.call("POST", "authentication", json=payload, as_=None).status


def invited(portal: Portal, person_id: str) -> str:
    answer = portal.call("POST", f"people/{person_id}/invitation", as_="root")
    assert answer.headers["Cache-Control"] == "no-store"
    return path_of(answer.response["link"])


def test_invited_person_sets_a_password_once_and_is_in(portal: Portal):
    person = new_account(portal)
    path = invited(portal, person.id)
    answer = set_password(portal, path)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert any("asc_auth_key=" in each for each in answer.headers.get_all("Set-Cookie") or [])
    assert sign_in(portal, person.email, NEW) == 201
    used = portal.call("GET", path, as_=None, accept=BROWSER)
    assert used.status == 404
    assert "used up" in used.text
    headers = {"Authorization": person.token}
    assert portal.call("GET", "people/@self", as_=None, headers=headers).status == 401


def test_further_invitation_ends_the_older_one(portal: Portal):
    person = new_account(portal)
    first, second = invited(portal, person.id), invited(portal, person.id)
    assert portal.call("GET", first, as_=None, accept=BROWSER).status == 404
    assert portal.call("GET", second, as_=None, accept=BROWSER).status == 200


def test_bad_password_is_refused_and_the_link_stays_good(portal: Portal):
    person = new_account(portal)
    path = invited(portal, person.id)
    refused = set_password(portal, path, "short")
    assert refused.status == 422
    assert "Use 8 to 256 characters" in refused.text
    assert set_password(portal, path).status == 303


def test_only_administrators_invite_and_never_the_owner(portal: Portal):
    person = new_account(portal)
    assert portal.call("POST", f"people/{person.id}/invitation", as_="ann").status == 403
    assert portal.call("POST", f"people/{person.id}/invitation", as_=None).status == 401
    root = portal.id_of("root")
    assert portal.call("POST", f"people/{root}/invitation", as_="root").status == 403
    assert portal.call("POST", "people/nobody/invitation", as_="root").status == 404


def test_link_of_a_disabled_person_opens_nothing(portal: Portal):
    person = new_account(portal)
    path = invited(portal, person.id)
    portal.call("PUT", "people/status/Terminated", json={"userIds": [person.id]}, as_="root")
    assert portal.call("GET", path, as_=None, accept=BROWSER).status == 404
    assert portal.call("POST", f"people/{person.id}/invitation", as_="root").status == 400


def test_forgotten_password_comes_by_letter_and_only_one_at_a_time(portal: Portal, box: Mailbox):
    own = portal_with(portal, box)
    for email in ("ANN@example.com", "ann@example.com", "nobody@example.com"):
        answer = own.call("POST", "people/password", json={"email": email}, as_=None)
        assert answer.response == "If there is such an account, a letter is on its way"
    letter = box.next()
    assert letter.recipients == ["ann@example.com"]
    found = re.search(r"https?://\S+/password/\S+", letter.text)
    assert found
    assert set_password(own, path_of(found[0])).status == 303
    assert sign_in(own, "ann@example.com", NEW) == 201
    own.call("POST", "people/password", json={"email": "bob@example.com"}, as_=None)
    assert box.next().recipients == ["bob@example.com"]


def test_nothing_is_sent_without_a_mail_server(portal: Portal):
    own = portal.fresh()
    payload = {"email": "ann@example.com"}
    assert own.call("POST", "people/password", json=payload, as_=None).status == 201
    page = own.call("GET", "/forgotten", as_=None, accept=BROWSER).text
    assert "This portal sends no letters" in page

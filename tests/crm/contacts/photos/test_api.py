"""Photos of contacts over HTTP: set, shown to users who may see the contact, removed."""

import json
from itertools import product

import pytest
from sqlalchemy import select

from dealwright.crm.contacts.photos.actions import UNUSABLE
from dealwright.media import fetching
from dealwright.storage import schema
from tests.crm.contacts.making import contact as contact_of
from tests.crm.contacts.making import make_company
from tests.crm.files.making import form
from tests.drawing import NO_PICTURES, POLYGLOT, opened, picture
from tests.making import make_person, stored
from tests.media.test_fetching import Nearby, network, site
from tests.running import Answer, Portal

__all__ = ["network", "site"]  # fixtures
NEUTRAL = "image/svg+xml"


def change(portal: Portal, contact_id: int, content: bytes, as_: str = "ann") -> Answer:
    body, headers = form(("me.png", content))
    path = f"crm/contact/{contact_id}/changephoto"
    return portal.call("PUT", path, body=body, headers=headers, as_=as_)


def shown(
    portal: Portal, contact_id: int, size: int = 3, as_: str | None = "ann", **headers: str
) -> Answer:
    path = "/Products/CRM/HttpHandlers/filehandler.ashx"
    query = f"?action=contactphotoulr&cid={contact_id}&isc=False&ps={size}"
    headers_sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return portal.call("GET", path + query, as_=as_, headers=headers_sent)


def kind(answer: Answer) -> str | None:
    assert answer.status == 200
    return answer.headers["Content-Type"]


def error_message(answer: Answer) -> str:
    assert answer.status == 400, answer.text
    return str(answer.json["error"]["message"])


def test_photo_is_served_in_three_sizes_at_the_urls_of_the_contact(portal: Portal):
    person = make_person(portal)
    assert kind(shown(portal, person)) == NEUTRAL
    answer = change(portal, person, picture("JPEG", (640, 480)))
    assert answer.status == 200
    assert answer.response.startswith(
        f"/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid={person}&isc=False"
    )
    assert opened(portal.call("GET", answer.response).body).size == (200, 200)
    contact = contact_of(portal, person)
    for name, side in (("smallFotoUrl", 40), ("mediumFotoUrl", 82)):
        photo = portal.call("GET", contact[name])
        assert photo.headers["Content-Type"] == "image/jpeg"
        assert opened(photo.body).size == (side, side)


def test_new_photo_has_another_url_and_another_etag(portal: Portal):
    person = make_person(portal)
    first = change(portal, person, picture())
    tag = shown(portal, person).headers["ETag"]
    assert shown(portal, person, If_None_Match=tag).status == 304
    second = change(portal, person, picture(size=(80, 300)))
    assert first.response != second.response
    assert shown(portal, person, If_None_Match=tag).status == 200


def test_photo_follows_the_access_to_its_contact(portal: Portal):
    person = make_person(portal, shareType=0)
    assert change(portal, person, picture()).status == 200
    for who in ("ann", "root"):
        assert kind(shown(portal, person, as_=who)) == "image/jpeg"
    for who in ("bob", "gus", None):
        assert kind(shown(portal, person, as_=who)) == NEUTRAL
    neutral = shown(portal, 99999, as_="bob")
    hidden = shown(portal, person, as_="bob")
    assert (neutral.body, neutral.headers["ETag"]) == (hidden.body, hidden.headers["ETag"])
    assert portal.call("DELETE", f"crm/contact/{person}").status == 200
    assert kind(shown(portal, person)) == NEUTRAL


def test_photo_runs_no_script_and_is_not_cached_for_others(portal: Portal):
    person = make_person(portal)
    assert change(portal, person, POLYGLOT).status == 200
    answer = shown(portal, person)
    assert b"script" not in answer.body
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_right_to_edit_is_checked_before_the_picture(portal: Portal):
    readable = make_person(portal, shareType=2)
    hidden = make_person(portal, shareType=0)
    payload = {"photourl": "http://127.0.0.1/"}
    for contact_id, status in ((readable, 403), (hidden, 404), (99999, 404)):
        path = f"crm/contact/{contact_id}"
        assert change(portal, contact_id, b"no picture", "bob").status == status
        assert (
            portal.call("PUT", f"{path}/changephotobyurl", json=payload, as_="bob").status == status
        )
        assert portal.call("DELETE", f"{path}/avatar", as_="bob").status == status
    assert "contactid" in error_message(change(portal, 0, picture()))


@pytest.mark.parametrize("name", sorted(NO_PICTURES))
def test_invalid_picture_gets_400_and_nothing_is_stored(portal: Portal, name: str):
    person = make_person(portal)
    assert "photo must" in error_message(change(portal, person, NO_PICTURES[name]))
    assert kind(shown(portal, person)) == NEUTRAL


def test_missing_file_and_empty_file_get_different_errors(portal: Portal):
    person = make_person(portal)
    missing = portal.call("PUT", f"crm/contact/{person}/changephoto", json={})
    assert "photo must be a file in a multipart body" in error_message(missing)
    empty = change(portal, person, b"")
    assert (empty.status, empty.json["error"]["message"]) == (403, "Invalid file")


def test_change_of_the_photo_is_audited_and_changes_the_version(portal: Portal):
    person = make_person(portal)
    before = portal.call("GET", f"crm/contact/{person}").headers["ETag"]
    old = {"If-Match": before}
    assert change(portal, person, picture()).status == 200
    assert portal.call("GET", f"crm/contact/{person}").headers["ETag"] != before
    path = f"crm/contact/{person}/avatar"
    assert portal.call("DELETE", path, headers=old).status == 412
    assert portal.call("DELETE", path).status == 200
    actions = [
        each["action"] for each in portal.call("GET", f"crm/contact/{person}/audit").response
    ]
    assert actions == ["photo removed", "photo changed", "created"]


def test_removed_photo_leaves_the_neutral_picture(portal: Portal):
    company = make_company(portal)
    assert change(portal, company, picture()).status == 200
    gone = portal.call("DELETE", f"crm/contact/{company}/avatar")
    assert gone.response.endswith(f"cid={company}&isc=True&ps=3")
    assert kind(portal.call("GET", gone.response)) == NEUTRAL
    only = portal.call("DELETE", "crm/contact/0/avatar", json={"uploadOnly": True})
    assert only.response == ""
    assert "contactid" in error_message(portal.call("DELETE", "crm/contact/0/avatar"))


def test_contact_can_be_created_and_replaced_with_its_photo(portal: Portal):
    body, headers = form(("me.png", picture()), texts={"firstName": "Pat", "lastName": "Post"})
    made = portal.call("POST", "crm/contact/person", body=body, headers=headers)
    assert (made.status, made.response["firstName"]) == (201, "Pat")
    person = made.response["id"]
    assert opened(shown(portal, person).body).size == (200, 200)
    first = shown(portal, person).headers["ETag"]
    body, headers = form(
        ("me.png", picture(size=(50, 400))), texts={"firstName": "Pat", "lastName": "Post"}
    )
    path = f"crm/contact/person/{person}"
    assert portal.call("PUT", path, body=body, headers=headers).status == 200
    assert shown(portal, person).headers["ETag"] != first
    kept = portal.call("PUT", path, json={"firstName": "Pat", "lastName": "P"})
    assert kept.status == 200
    assert kind(shown(portal, person)) == "image/jpeg"
    body, headers = form(("logo.webp", picture("WEBP")), texts={"companyName": "Acme"})
    company = portal.call("POST", "crm/contact/company", body=body, headers=headers)
    assert company.status == 201
    assert kind(shown(portal, company.response["id"])) == "image/jpeg"
    body, headers = form(("me.svg", NO_PICTURES["svg"]), texts={"companyName": "Acme"})
    refused = portal.call("POST", "crm/contact/company", body=body, headers=headers)
    assert "photo must be" in error_message(refused)


def test_photo_can_come_from_a_url(portal: Portal, site: str, monkeypatch: pytest.MonkeyPatch):
    person = make_person(portal)
    path = f"crm/contact/{person}/changephotobyurl"
    refused = [
        error_message(portal.call("PUT", path, json={"photourl": f"{site}/{each}"}))
        for each in ("ok", "missing", "inside", "big")  # `ok` is not a picture
    ]
    refused.append(error_message(portal.call("PUT", path, json={"photourl": "file:///etc/passwd"})))
    assert {*refused} == {f"Value does not fall within the expected range.: photourl {UNUSABLE}"}
    assert "photourl" in error_message(portal.call("PUT", path, json={}))

    async def fetched(url: str, *, most: int) -> bytes:
        assert url == f"{site}/me.png"
        return picture()

    monkeypatch.setattr(fetching, "fetch", fetched)
    answer = portal.call("PUT", path, json={"photourl": f"{site}/me.png"})
    assert answer.status == 200
    assert opened(portal.call("GET", answer.response).body).size == (200, 200)
    for profile, as_ in product(("live", "documented"), ("application/json", "text/xml")):
        output, accept = {"photourl": f"{site}/me.png"}, f"{as_}; profile={profile}"
        answer = portal.call("PUT", path, json=output, accept=accept)
        assert (answer.status, f"cid={person}" in answer.text) == (200, True)


def test_maintenance_removes_old_photos(portal: Portal):
    person = make_person(portal)
    names = []
    for size in ((100, 100), (90, 100)):
        assert change(portal, person, picture(size=size)).status == 200
        table = schema.contact_photo
        [row] = stored(
            portal, select(table.c.small, table.c.big).where(table.c.contact_id == person)
        )
        names += row
    assert len({*names}) == 4


def test_url_is_returned_in_every_spelling(portal: Portal):
    person = make_person(portal)
    body, headers = form(("me.png", picture()))
    path = f"crm/contact/{person}/changephoto"
    xml = portal.call("PUT", path, body=body, headers=headers, accept="text/xml")
    assert "cid=" in xml.text
    answer = portal.call(
        "PUT", path, body=body, headers=headers, accept="application/json; profile=documented"
    )
    assert list(json.loads(answer.body)) == ["status", "response"]


def test_network_is_not_the_network_of_the_server(network: Nearby):
    assert fetching.INTERNET is network

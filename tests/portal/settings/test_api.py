"""The portal's settings, as clients set and see them."""

import json
from base64 import b64decode
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from dealwright.crm.web_forms.shapes import PAGE
from dealwright.storage import schema
from tests.crm.files.making import form
from tests.drawing import NO_PICTURES, POLYGLOT, opened, picture
from tests.making import stored

ADDRESS = {"street": "Spain 1", "city": "Riga", "state": "", "zip": "LV-1050", "country": "Latvia"}
WRITES = {
    "crm/settings": {"configured": True},
    "crm/settings/organisation/base": {"companyName": "Rowan & Sons"},
    "crm/settings/organisation/address": ADDRESS,
    "crm/settings/organisation/logo": {"reset": True},
    "crm/settings/webformkey/change": {},
    "crm/contact/status/settings": {"changeContactStatusGroupAuto": True},
    "crm/contact/tag/settings": {"addTagToContactGroupAuto": True},
    "crm/contact/mailtohistory/settings": {"writeMailToHistoryAuto": True},
}
LINES = ["companyName", "street", "city", "state", "zip", "country"]


def put(portal, path, json=None, as_="root", **options):
    return portal.call("PUT", f"crm/{path}", json=json or {}, as_=as_, **options)


def shown(portal, as_="root"):
    answer = portal.call("GET", "crm/settings", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def audited(portal, entity="setting"):
    table = schema.audit
    query = select(table.c.changes, table.c.person_id).where(table.c.entity_type == entity)
    return [(json.loads(changes), by) for changes, by in stored(portal, query.order_by(table.c.id))]


def test_a_new_portal_has_nothing_set_and_shows_it_to_every_user(portal):
    fresh = portal.fresh()
    expected = {
        "configured": False,
        "currency": "USD",
        "companyName": "",
        "address": {
            "type": "Billing",
            "street": "",
            "city": "",
            "state": "",
            "zip": "",
            "country": "",
        },
        "changeContactStatusGroupAuto": None,
        "addTagToContactGroupAuto": None,
        "writeMailToHistoryAuto": None,
    }
    for name in ("root", "ann"):
        assert shown(fresh, name) == expected
        assert list(shown(fresh, name)) == list(expected)


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("name", ["ann", "gus"])
def test_only_administrators_set_anything(portal, path, name):
    before = shown(portal)
    assert portal.call("PUT", path, json=WRITES[path], as_=name).status == 403
    assert portal.call("PUT", path, json=WRITES[path], as_=None).status == 401
    assert shown(portal) == before


def test_the_organisation_keeps_its_name_and_its_address_apart(portal):
    fresh = portal.fresh()
    named = put(fresh, "settings/organisation/base", {"companyName": "Rowan & Sons"})
    assert (named.response, named.json["count"]) == ("Rowan & Sons", len("Rowan & Sons"))
    moved = put(fresh, "settings/organisation/address", ADDRESS).response
    assert list(json.loads(moved).items()) == [("type", "Billing"), *ADDRESS.items()]
    assert shown(fresh)["companyName"] == "Rowan & Sons"
    assert shown(fresh)["address"] == {"type": "Billing", **ADDRESS}
    put(fresh, "settings/organisation/address", {"city": "Tartu"})
    assert shown(fresh)["address"]["street"] == ""
    assert shown(fresh)["companyName"] == "Rowan & Sons"


@pytest.mark.parametrize("field", LINES)
def test_a_line_has_at_most_255_characters(portal, field):
    path = "base" if field == "companyName" else "address"
    refused = put(portal, f"settings/organisation/{path}", {field: "x" * 256})
    assert refused.status == 400
    assert field.lower() in refused.json["error"]["message"].lower()
    assert put(portal, f"settings/organisation/{path}", {field: "ж" * 255}).status == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("contact/status/settings", "changeContactStatusGroupAuto"),
        ("contact/tag/settings", "addTagToContactGroupAuto"),
        ("contact/mailtohistory/settings", "writeMailToHistoryAuto"),
    ],
)
def test_a_switch_answers_what_it_is_turned_to(portal, path, field):
    for value in (True, False, True):
        assert put(portal, path, {field: value}).response is value
        assert shown(portal)[field] is value
    assert put(portal, path, {field: "maybe"}).status == 400


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("contact/status/settings", "changeContactStatusGroupAuto"),
        ("contact/tag/settings", "addTagToContactGroupAuto"),
    ],
)
def test_a_switch_without_a_value_means_that_clients_ask(portal, path, field):
    put(portal, path, {field: True})
    answer = put(portal, path, {field: None})
    assert (answer.response, "count" in answer.json) == ({}, False)
    assert shown(portal)[field] is None


def test_setting_up_is_done_by_default(portal):
    fresh = portal.fresh()
    for payload, done in (({}, True), ({"configured": False}, False), ({"configured": None}, True)):
        assert put(fresh, "settings", payload).response is done
        assert shown(fresh)["configured"] is done


def form_keys(portal):
    form = schema.web_form
    return [key for (key,) in stored(portal, select(form.c.form_key).order_by(form.c.id))]


def test_the_first_web_form_gets_a_new_key_and_the_old_one_is_no_more(portal):
    fresh = portal.fresh()
    first = put(fresh, "settings/webformkey/change").response
    assert form_keys(fresh) == [first]
    second = put(fresh, "settings/webformkey/change").response
    assert form_keys(fresh) == [second]
    assert first != second
    expected = str(uuid4())
    assert put(fresh, "settings", {"webFormKey": expected}).response is True
    assert form_keys(fresh) == [expected]
    put(fresh, "settings", {})
    assert form_keys(fresh) == [expected]
    changes = [change for each, _ in audited(fresh, "web_form") for change in each]
    assert changes == [
        ["form_key", None, first],
        ["form_key", first, second],
        ["form_key", second, expected],
    ]


def test_the_key_of_another_form_is_not_taken_over(portal):
    fresh = portal.fresh()
    own = put(fresh, "settings/webformkey/change").response
    other = str(uuid4())
    row = {"title": "Fair", "form_key": other, "choices": "{}", "created_by": fresh.id_of("root")}
    stored(
        fresh, insert(schema.web_form).values(**row, created_on=1).returning(schema.web_form.c.id)
    )
    refused = put(fresh, "settings", {"webFormKey": other, "configured": True})
    assert refused.status == 409
    assert form_keys(fresh) == [own, other]
    assert shown(fresh)["configured"] is False


def test_every_change_is_in_the_trail_and_a_repetition_is_none(portal):
    fresh = portal.fresh()
    for _ in range(2):
        put(fresh, "settings/organisation/base", {"companyName": "Rowan"})
    put(fresh, "contact/tag/settings", {"addTagToContactGroupAuto": True})
    root = fresh.id_of("root")
    assert audited(fresh) == [
        ([["organisation.company_name", "", "Rowan"]], root),
        ([["contact_tag_of_group.is_on", None, True]], root),
    ]


def test_settings_are_shown_in_every_spelling(portal):
    fresh = portal.fresh()
    put(fresh, "settings/organisation/base", {"companyName": "A & B"})
    accept = "application/json; profile=documented"
    pascal = fresh.call("GET", "crm/settings", as_="root", accept=accept).response
    assert list(pascal)[:4] == ["Configured", "Currency", "CompanyName", "Address"]
    xml = fresh.call("GET", "crm/settings.xml", as_="root").text
    assert "<companyName>A &amp; B</companyName><address><type>Billing</type>" in xml
    answer = put(fresh, "settings/organisation/base.xml", {"companyName": "A & B"})
    assert "<response>A &amp; B</response>" in answer.text


def draw(portal, content, as_="root"):
    body, headers = form(("logo.png", content))
    path = "crm/settings/organisation/logo"
    return portal.call("PUT", path, body=body, headers=headers, as_=as_)


def logo(portal, as_="ann"):
    return portal.call("GET", "crm/settings/organisation/logo", as_=as_)


def test_logo_is_encoded_again_and_shown_to_every_user(portal):
    fresh = portal.fresh()
    assert (logo(fresh).status, logo(fresh).response) == (200, "")
    assert draw(fresh, picture("PNG", (1600, 400))).response == 1
    shown_logo = b64decode(logo(fresh).response)
    assert opened(shown_logo).size == (400, 100)
    assert logo(fresh, as_="gus").status == 403
    assert draw(fresh, picture("JPEG", (30, 20))).response == 2
    assert opened(b64decode(logo(fresh).response)).size == (30, 20)
    assert put(fresh, "settings/organisation/logo", {"reset": True}).response == 0
    assert logo(fresh).response == ""
    assert draw(fresh, picture()).response == 3


def test_of_the_file_that_was_sent_nothing_is_left(portal):
    fresh = portal.fresh()
    assert draw(fresh, POLYGLOT).status == 200
    assert b"<script" not in b64decode(logo(fresh).response)


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_no_logo(portal, name):
    answer = draw(portal, NO_PICTURES[name])
    assert answer.status == 400
    assert "error" in answer.json


def test_a_logo_comes_as_a_file(portal):
    answer = put(portal, "settings/organisation/logo", {"logo": "text"})
    assert answer.status == 400
    assert "logo" in answer.json["error"]["message"]
    assert put(portal, "settings/organisation/logo").status == 400


def test_only_administrators_draw_a_logo(portal):
    before = logo(portal).response
    for name in ("ann", "gus"):
        assert draw(portal, picture(), as_=name).status == 403
    assert logo(portal).response == before


def test_trail_hides_the_stored_name_of_the_logo(portal):
    fresh = portal.fresh()
    draw(fresh, picture())
    ((changes, _),) = audited(fresh)
    assert ["organisation_logo.stored_as", "", "…"] in changes


def test_the_form_of_a_changed_key_is_open_and_that_of_the_old_one_is_not(portal):
    fresh = portal.fresh()
    first = put(fresh, "settings/webformkey/change").response
    assert fresh.call("GET", f"{PAGE}{first}", as_=None).status == 200
    second = put(fresh, "settings/webformkey/change").response
    assert fresh.call("GET", f"{PAGE}{first}", as_=None).status == 404
    assert fresh.call("GET", f"{PAGE}{second}", as_=None).status == 200

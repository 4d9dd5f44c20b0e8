"""Web forms as administrators create and change them."""

import pytest

from tests.crm.cases.making import message, word
from tests.crm.web_forms.making import make_form, post


def test_form_shows_its_choices(portal):
    bob = portal.id_of("bob")
    inputs = {
        "makesOpportunity": True,
        "stageid": 2,
        "opportunityTitle": "Request",
        "tags": ["web"],
        "shareType": 2,
        "managerList": [bob],
        "notifyList": [bob],
        "returnUrls": ["https://shop.example/"],
        "introduction": "Hello",
        "thanks": "Bye",
        "letsSenderChoose": True,
        "isDisabled": True,
    }
    form = make_form(portal, **inputs)
    assert form["responsible"]["id"] == portal.id_of("ann")
    assert form["createBy"]["id"] == portal.id_of("root")
    assert form["pageAddress"].endswith(f"/form/{form['formKey']}")
    assert form["postAddress"].endswith("/webtoleadfromhandler.ashx")
    for name, value in inputs.items():
        shown = form["stageId" if name == "stageid" else name]
        assert shown == value or [each["id"] for each in shown] == value
    path = f"crm/webform/{form['id']}"
    assert portal.call("GET", path, as_="root").response == form
    rows = portal.call("GET", "crm/webform?count=1000", as_="root").response
    assert form in rows
    xml = portal.call("GET", f"{path}.xml", as_="root").text
    assert f"<formKey>{form['formKey']}</formKey>" in xml
    documented = 'application/json; profile="documented"'
    assert "FormKey" in portal.call("GET", path, as_="root", accept=documented).response


def test_put_replaces_everything_but_the_key(portal):
    form = make_form(portal, tags=["web"], thanks="Bye")
    sent = {"title": "New"}
    path = f"crm/webform/{form['id']}"
    after = portal.call("PUT", path, json=sent, as_="root").response
    assert (after["title"], after["tags"], after["thanks"]) == ("New", [], "")
    assert after["formKey"] == form["formKey"]
    assert after["responsible"]["id"] == portal.id_of("root")


def test_new_key_replaces_the_old_one(portal):
    form = make_form(portal)
    after = portal.call("PUT", f"crm/webform/{form['id']}/key", as_="root").response
    assert post(portal, form, firstName="Jo").status == 404
    assert post(portal, after, firstName="Jo").status == 302


def test_deleted_form_gets_404(portal):
    form = make_form(portal)
    path = f"crm/webform/{form['id']}"
    assert portal.call("DELETE", path, as_="root").response == form
    assert portal.call("GET", path, as_="root").status == 404
    assert post(portal, form, firstName="Jo").status == 404


def test_portals_own_key_opens_its_first_form(portal):
    own = portal.fresh()
    key = own.call("PUT", "crm/settings/webformkey/change", as_="root").response
    (form,) = own.call("GET", "crm/webform", as_="root").response
    assert form["formKey"] == key
    assert post(own, form, firstName="Jo").status == 302
    other = own.call("PUT", "crm/settings/webformkey/change", as_="root").response
    assert other != key
    assert post(own, form, firstName="Jo").status == 404
    assert post(own, {"formKey": other}, firstName="Jo").status == 302


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "crm/webform"),
        ("POST", "crm/webform"),
        ("GET", "crm/webform/1"),
        ("PUT", "crm/webform/1"),
        ("PUT", "crm/webform/1/key"),
        ("DELETE", "crm/webform/1"),
    ],
)
def test_only_administrators_change_forms(portal, method, path):
    for user in ("ann", "gus"):
        assert portal.call(method, path, json={"title": "x"}, as_=user).status == 403
    assert portal.call(method, path, json={"title": "x"}, as_=None).status == 401


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"stageid": 999_999}, "stageid"),
        ({"stageid": -1}, "stageid"),
        ({"responsibleid": "aaaaaaaa-0000-0000-0000-000000000000"}, "responsibleid"),
        ({"managerList": ["aaaaaaaa-0000-0000-0000-000000000000"]}, "managerList"),
        ({"notifyList": ["aaaaaaaa-0000-0000-0000-000000000000"]}, "notifyList"),
        ({"customFields": [999_999]}, "customFields"),
        ({"tags": [" "]}, "tags"),
        ({"tags": ["x"] * 101}, "tags"),
        ({"shareType": 7}, "shareType"),
        ({"returnUrls": ["shop.example"]}, "returnUrls"),
        ({"returnUrls": ["javascript:alert(1)"]}, "returnUrls"),
        ({"returnUrls": ["https://user@shop.example/"]}, "returnUrls"),
        ({"returnUrls": ["https://shop.example/; script-src *"]}, "returnUrls"),
    ],
)
def test_bad_values_get_400_with_the_parameter(portal, inputs, says):
    sent = {"title": "Contact us", **inputs}
    answer = portal.call("POST", "crm/webform", json=sent, as_="root")
    assert answer.status == 400, answer.text
    assert says.lower() in message(answer).lower()


@pytest.mark.parametrize(("path", "status"), [("crm/webform/0", 400), ("crm/webform/999999", 404)])
def test_unknown_forms_get_404(portal, path, status):
    for method in ("GET", "DELETE"):
        assert portal.call(method, path, as_="root").status == status
    assert portal.call("PUT", path, json={"title": word()}, as_="root").status == status

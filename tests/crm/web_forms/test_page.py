"""The page of a form, as the browser of an anonymous sender sees it."""

import pytest

from dealwright.storage import schema
from tests.crm.cases.making import word
from tests.crm.web_forms.making import fill, make_form, newest
from tests.making import stored
from tests.running import Portal


def test_page_shows_only_what_the_form_contains(portal):
    form = make_form(portal, title="A <b>title</b>", introduction="Write & <i>wait</i>")
    answer = portal.call("GET", f"/form/{form['formKey']}", as_=None)
    assert answer.status == 200
    assert "A &lt;b&gt;title&lt;/b&gt;" in answer.text
    assert "Write &amp; &lt;i&gt;wait&lt;/i&gt;" in answer.text
    for secret in ("Ann", "Archer", "example.com", portal.id_of("ann"), "Dealwright"):
        assert secret not in answer.text.replace("name@example.com", "")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in answer.text.lower()
    assert "unsafe" not in policy


def test_content_policy_allows_only_the_forms_return_urls(portal):
    form = make_form(portal, returnUrls=["https://shop.example/a/", "https://shop.example/b"])
    policy = portal.call("GET", f"/form/{form['formKey']}", as_=None).headers[
        "Content-Security-Policy"
    ]
    assert "form-action 'self' https://shop.example;" in policy


def test_submission_is_stored_and_gets_thanks(portal):
    name, form = word(), make_form(portal, thanks="See you <soon>")
    answer = fill(portal, form, firstName=name, contactInfo_Email_1="jo@example.com")
    assert (answer.status, answer.headers["Location"]) == (303, f"/form/thanks/{form['formKey']}")
    page = portal.call("GET", answer.headers["Location"], as_=None)
    assert page.status == 200
    assert "See you &lt;soon&gt;" in page.text
    assert newest(portal, word=name)["commonData"][0]["data"] == "jo@example.com"


def test_mistakes_are_shown_beside_the_typed_values(portal):
    field = {"label": "Colour", "fieldType": "SelectBox", "mask": '["red","green"]'}
    number = portal.call("POST", "crm/person/customfield", json=field, as_="root").response["id"]
    form = make_form(portal, customFields=[number])
    answer = fill(
        portal,
        form,
        lastName='"><script>',
        contactInfo_Email_1="nobody",
        about="</textarea>typed",
        **{f"customField_{number}": "green"},
    )
    assert answer.status == 400
    text = answer.text
    assert 'value="&#34;&gt;&lt;script&gt;"' in text
    assert "&lt;/textarea&gt;typed" in text
    assert "<option selected>green</option>" in text
    assert text.count('aria-invalid="true"') == 2
    assert 'href="#firstname"' in text
    assert 'id="contactinfo_email_1-mistake"' in text
    assert text.index("<title>") < text.index("Please check your entries") < text.index("</title>")


def test_return_url_is_used_only_if_the_form_allows_it(portal):
    form = make_form(portal, returnUrls=["https://shop.example/"])
    path = f"/form/{form['formKey']}?return_url="
    assert (
        "https://shop.example/x"
        in portal.call("GET", path + "https://shop.example/x", as_=None).text
    )
    assert "evil" not in portal.call("GET", path + "https://evil.example/", as_=None).text
    answer = fill(portal, form, firstName="Jo", return_url="https://shop.example/x")
    assert answer.headers["Location"] == "https://shop.example/x"
    answer = fill(portal, form, firstName="Jo", return_url="https://evil.example/")
    assert answer.headers["Location"].startswith("/form/thanks/")


@pytest.mark.parametrize("path", ["/form/", "/form/x", "/form/thanks/x", "/form/%00", "/form/x/y"])
def test_unknown_page_gets_404_with_a_text(portal, path):
    assert portal.call("GET", path, as_=None).status == 404
    refused = 405 if path.startswith("/form/thanks/") else 404
    assert portal.call("POST", path, form={"firstName": "Jo"}, as_=None).status == refused


def test_pages_use_the_portals_language(portal):
    own = portal.fresh()
    form = make_form(own)
    stored(own, schema.portal.update().values(language="ru").returning(schema.portal.c.id))
    moved = Portal(own.ground, own.database, {})  # which has not read its language yet
    try:
        text = moved.call("GET", f"/form/{form['formKey']}", as_=None).text
    finally:
        moved._server.stop()
    assert 'lang="ru"' in text
    assert "Имя" in text


def test_api_token_makes_no_difference(portal):
    name, form = word(), make_form(portal)
    sent = {"firstName": name}
    answer = portal.call("POST", f"/form/{form['formKey']}", form=sent, as_="bob")
    assert answer.status == 303
    assert newest(portal, word=name)["createBy"]["id"] == portal.id_of("ann")

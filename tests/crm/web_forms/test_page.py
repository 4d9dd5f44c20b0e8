"""The page of a form, as a stranger's program sees it."""

import pytest

from dealwright.storage import schema
from tests.crm.cases.making import word
from tests.crm.web_forms.making import fill, make_form, newest
from tests.making import stored
from tests.running import Portal


def test_the_page_says_what_the_form_says_and_nothing_else(portal):
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


def test_a_browser_may_be_sent_on_only_to_the_places_of_the_form(portal):
    form = make_form(portal, returnUrls=["https://shop.example/a/", "https://shop.example/b"])
    policy = portal.call("GET", f"/form/{form['formKey']}", as_=None).headers[
        "Content-Security-Policy"
    ]
    assert "form-action 'self' https://shop.example;" in policy


def test_what_was_filled_in_is_kept_and_thanked_for(portal):
    name, form = word(), make_form(portal, thanks="See you <soon>")
    answer = fill(portal, form, firstName=name, contactInfo_Email_1="jo@example.com")
    assert (answer.status, answer.headers["Location"]) == (303, f"/form/thanks/{form['formKey']}")
    page = portal.call("GET", answer.headers["Location"], as_=None)
    assert page.status == 200
    assert "See you &lt;soon&gt;" in page.text
    assert newest(portal, word=name)["commonData"][0]["data"] == "jo@example.com"


def test_what_is_wrong_is_said_beside_what_was_typed(portal):
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
    assert text.index("<title>") < text.index("Please look at this again") < text.index("</title>")


def test_the_place_to_go_next_is_kept_only_if_it_is_one_of_the_forms(portal):
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
def test_a_page_that_is_not_there_says_so(portal, path):
    assert portal.call("GET", path, as_=None).status == 404
    assert portal.call("POST", path, form={"firstName": "Jo"}, as_=None).status in (404, 405)


def test_pages_speak_the_portals_language(portal):
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


def test_a_token_makes_no_difference(portal):
    name, form = word(), make_form(portal)
    sent = {"firstName": name}
    answer = portal.call("POST", f"/form/{form['formKey']}", form=sent, as_="bob")
    assert answer.status == 303
    assert newest(portal, word=name)["createBy"]["id"] == portal.id_of("ann")
